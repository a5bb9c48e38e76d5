//! The parameter `key_id` of the path.

use tenancy_api_types::fields::schema;
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The API key that a path names by its id.
pub(super) struct ApiKeyPath;

impl IntoParams for ApiKeyPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let id = ParameterBuilder::new()
            .name("key_id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The key's id. What is no id names nothing, and is 404."))
            .schema(Some(schema::id()))
            .build();
        vec![id]
    }
}
