//! The parameter `id` of the path.

use tenancy_api_types::fields::schema;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::openapi::parameters::path_parameter;

/// The dynamic provider that a path names by its id.
pub(super) struct ProviderPath;

impl IntoParams for ProviderPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("id", "The provider's id. What is no id names nothing, and is 404.", schema::id())]
    }
}
