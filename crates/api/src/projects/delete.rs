//! `DELETE /admin/v1/organizations/{slug}/projects/{project}`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, projects::Project};
use tenancy_domain::authorization::{Act, ProjectsWrite};

use super::{ITEM, TAG, path::ProjectPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    reach::within_reach,
};

/// Delete a project.
///
/// Softly: the project and all beneath it disappear from every answer that does not ask for deleted ones, its API keys stop
/// working, and its slug is free at once. Nothing is destroyed. Deleting it a second time is 404. A user's key takes the
/// role `admin` in the organization.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "delete_project",
    tag = TAG,
    params(OrganizationPath, ProjectPath, DryRun),
    responses(
        (
            status = 200,
            description = "The project as deleted; of a dry run, what would disappear.",
            body = Deletion<Project>,
            examples(
                ("deleted" = (value = json!(examples::with(
                    examples::project(),
                    json!({"updated_at": "2024-12-07T15:00:00.000Z", "deleted_at": "2024-12-07T15:00:00.000Z"})
                )))),
                ("dry_run" = (value = json!(examples::dry_run(json!({
                    "projects": 1, "memberships": 2, "api_keys": 1, "dynamic_providers": 1
                }))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(api: Api, grant: Authorized<ProjectsWrite>, request: Unread) -> Result<Answer, ApiError> {
    let (organization, reference) = (request.organization()?, request.project()?);
    let reach = api.access().project(&grant, &organization, &reference, Act::Write);
    let (is_dry_run, precondition) = within_reach(DryRun::alone(&request), reach).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.projects().rehearse_deletion(&grant, &organization, &reference).await?));
    }
    let project = api.projects().delete(&grant, &organization, &reference).await?;
    Ok(Answer::of(project, to_wire))
}
