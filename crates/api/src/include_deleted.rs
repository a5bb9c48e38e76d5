//! The parameter `include_deleted` of the query.

use serde_json::json;
use tenancy_domain::Deleted;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterIn},
    },
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter};

const NAME: &str = "include_deleted";

/// Whether soft-deleted rows are asked for too.
pub(crate) struct IncludeDeleted;

impl IncludeDeleted {
    /// Takes it from `query`.
    ///
    /// # Errors
    /// 400 for anything but `true` and `false`.
    pub(crate) fn take(query: &mut Query<'_>) -> Result<Deleted, ApiError> {
        Ok(if query.take_flag(NAME)? { Deleted::Included } else { Deleted::Hidden })
    }
}

impl IntoParams for IncludeDeleted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema =
            ObjectBuilder::new().schema_type(Type::Boolean).default(Some(json!(false))).examples([json!(true)]);
        let description = "Whether soft-deleted ones are there too, each with `deleted_at`. A slug names live ones \
                           alone: a deleted one is found by its id.";
        vec![query_parameter(NAME, description, schema)]
    }
}
