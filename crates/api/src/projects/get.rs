//! `GET /admin/v1/organizations/{slug}/projects/{project}`

use tenancy_api_types::projects::Project;
use tenancy_domain::{
    Deleted, Precondition,
    authorization::{Act, ProjectsRead},
};

use super::{ITEM, TAG, path::ProjectPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    include_deleted::IncludeDeleted,
    openapi::{examples, responses},
    organizations::OrganizationPath,
    reach::within_reach,
};

/// Get a project.
///
/// By slug or by id. A deleted one of a live organization is shown by id, with `include_deleted=true`.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_project",
    tag = TAG,
    params(OrganizationPath, ProjectPath, IncludeDeleted),
    responses(
        (
            status = 200,
            description = "The project.",
            body = Project,
            example = json!(examples::project()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<ProjectsRead>, request: Unread) -> Result<Answer, ApiError> {
    let (organization, reference) = (request.organization()?, request.project()?);
    let reach = api.access().project(&grant, &organization, &reference, Act::Read);
    let (deleted, precondition) = within_reach(parse(&request), reach).await?;
    let project = api.projects().get(&grant, &organization, &reference, deleted).await?;
    Answer::found(project, to_wire, &precondition)
}

fn parse(request: &Unread) -> Result<(Deleted, Precondition), ApiError> {
    let mut query = request.query()?;
    let deleted = IncludeDeleted::take(&mut query)?;
    query.finish()?;
    Ok((deleted, request.precondition()?))
}
