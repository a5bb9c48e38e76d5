//! The parameter `q` of the query.

use serde_json::json;
use tenancy_domain::Search;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder,
        path::{Parameter, ParameterIn},
        schema::Type,
    },
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter};

const Q: &str = "q";

/// What is searched for.
pub(crate) struct SearchParameter;

impl SearchParameter {
    /// Takes it from `query`.
    ///
    /// # Errors
    /// 400 for a text without a word, or with too many.
    pub(crate) fn take(query: &mut Query<'_>) -> Result<Option<Search>, ApiError> {
        query.take_parsed(Q, Search::parse)
    }
}

impl IntoParams for SearchParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(Search::MAX_LENGTH))
            .examples([json!("acm")]);
        vec![query_parameter(
            Q,
            "Those whose slug, or a word of whose name, begins with this, in whatever case. Of several words, at most 8, each \
             must be found.",
            schema,
        )]
    }
}
