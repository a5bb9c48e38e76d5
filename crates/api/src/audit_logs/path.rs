//! The parameter `entry_id` of the path.

use tenancy_api_types::fields::schema;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::openapi::parameters::path_parameter;

/// The entry that a path names by its id.
pub(super) struct EntryPath;

impl IntoParams for EntryPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("entry_id", "The entry's id. What is no id names nothing, and is 404.", schema::id())]
    }
}
