//! The parameter `slug` of the path.

use tenancy_api_types::fields::SLUG_MAX_LENGTH;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterIn},
    },
};

use crate::openapi::parameters::path_parameter;

/// The organization that a path names, by slug or by id.
pub(crate) struct OrganizationPath;

impl IntoParams for OrganizationPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("slug", "The organization's slug or its id.", slug_or_id().examples(["acme"]))]
    }
}

/// The schema of what names a thing by slug or by id. It has no pattern: what is neither names nothing, and is as much of
/// a 404 as one that is not there.
pub(crate) fn slug_or_id() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(SLUG_MAX_LENGTH))
}
