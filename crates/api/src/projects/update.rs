//! `PATCH /admin/v1/organizations/{slug}/projects/{project}`

use serde_json::json;
use tenancy_api_types::projects::{Project, UpdateProject};
use tenancy_domain::{
    DisplayName, Precondition,
    authorization::{Act, ProjectsWrite},
    projects::ProjectChanges,
};

use super::{ITEM, TAG, path::ProjectPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    metadata,
    openapi::{examples, responses},
    organizations::OrganizationPath,
    reach::within_reach,
};

/// Update a project.
///
/// Changes what is sent and nothing else: `{}` changes nothing, and keeps `updated_at`. Of `metadata` the pairs that are sent
/// are set, and those with null removed. A user's key takes the role `admin`
/// in the organization.
#[utoipa::path(
    patch,
    path = ITEM,
    operation_id = "update_project",
    tag = TAG,
    params(OrganizationPath, ProjectPath),
    request_body(
        content = UpdateProject,
        description = "What is to be changed.",
        example = json!({"name": "Website", "metadata": {"stage": null}}),
    ),
    responses(
        (
            status = 200,
            description = "The project as it is now.",
            body = Project,
            example = json!(examples::with(
                examples::project(),
                json!({"name": "Website", "updated_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(
    api: Api,
    grant: Authorized<ProjectsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let (organization, reference) = (request.organization()?, request.project()?);
    let changes = parse(&mut request).await;
    let reach = api.access().project(&grant, &organization, &reference, Act::Write);
    let (changes, precondition) = within_reach(changes, reach).await?;
    let project = api.projects().update(&grant.provided(precondition), &organization, &reference, changes).await?;
    Ok(Answer::of(project, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(ProjectChanges, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateProject = request.json().await?;
    let name = body.name.map(|name| DisplayName::parse(&name).map_err(|violation| violation.of("name")));
    let changes = ProjectChanges { name: name.transpose()?, metadata: metadata::changes_from_wire(body.metadata)? };
    Ok((changes, request.precondition()?))
}
