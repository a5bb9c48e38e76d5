//! The parameter `slug` of the path.

use serde_json::json;
use tenancy_api_types::fields::SLUG_MAX_LENGTH;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// The organization that a path names, by slug or by id.
pub(crate) struct OrganizationPath;

impl IntoParams for OrganizationPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        // No pattern: what is neither a slug nor an id names nothing, and is as much of a 404 as one that is not there.
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(SLUG_MAX_LENGTH))
            .examples([json!("acme")]);
        let slug = ParameterBuilder::new()
            .name("slug")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The organization's slug or its id."))
            .schema(Some(schema))
            .build();
        vec![slug]
    }
}
