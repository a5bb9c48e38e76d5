//! The parameter `owner_type` of the query.

use tenancy_api_types::owner;
use tenancy_domain::{api_keys::ApiKeyFilter, owners::OwnerType};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter};

const NAME: &str = "owner_type";

/// Whose keys are asked for.
pub(super) struct OwnerTypeParameter;

impl OwnerTypeParameter {
    /// Takes it from `query`.
    ///
    /// # Errors
    /// 400 for what is no kind of owner.
    pub(super) fn take(query: &mut Query<'_>) -> Result<ApiKeyFilter, ApiError> {
        let Some(name) = query.take(NAME)? else { return Ok(ApiKeyFilter::All) };
        let kind = OwnerType::parse(name).map_err(|violation| ApiError::bad_parameter(NAME, violation))?;
        Ok(ApiKeyFilter::OwnerType(kind))
    }
}

impl IntoParams for OwnerTypeParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The kind of owner whose keys are asked for. Without it, they are those of every kind.";
        vec![query_parameter(NAME, description, owner::OwnerType::schema())]
    }
}
