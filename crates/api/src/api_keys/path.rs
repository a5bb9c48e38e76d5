//! The parameter `key_id` of the path.

use tenancy_api_types::fields::schema;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::openapi::parameters::path_parameter;

/// The API key that a path names by its id.
pub(super) struct ApiKeyPath;

impl IntoParams for ApiKeyPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("key_id", "The key's id. What is no id names nothing, and is 404.", schema::id())]
    }
}
