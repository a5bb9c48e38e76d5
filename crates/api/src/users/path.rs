//! The parameter `user_id` of the path.

use tenancy_api_types::fields::schema;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::openapi::parameters::path_parameter;

/// The user that a path names by its id.
pub(crate) struct UserPath;

impl IntoParams for UserPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("user_id", "The user's id. What is no id names nothing, and is 404.", schema::id())]
    }
}
