//! The parameter `project` of the path.

use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{openapi::parameters::path_parameter, organizations::slug_or_id};

/// The project that a path names, by slug or by id.
pub(crate) struct ProjectPath;

impl IntoParams for ProjectPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![path_parameter("project", "The project's slug or its id.", slug_or_id().examples(["web"]))]
    }
}
