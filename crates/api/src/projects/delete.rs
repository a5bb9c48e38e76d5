//! `DELETE /admin/v1/organizations/{slug}/projects/{project}`

use actix_web::HttpResponse;
use serde_json::json;
use tenancy_api_types::projects::Project;
use tenancy_domain::authorization::{Act, ProjectsWrite};

use super::{ITEM, TAG, path::ProjectPath, to_wire};
use crate::{
    api::Api,
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
    params(OrganizationPath, ProjectPath),
    responses(
        (
            status = 200,
            description = "The project as deleted.",
            body = Project,
            example = json!(examples::with(
                examples::project(),
                json!({"updated_at": "2024-12-07T15:00:00.000Z", "deleted_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(
    api: Api,
    grant: Authorized<ProjectsWrite>,
    request: Unread,
) -> Result<HttpResponse, ApiError> {
    let (organization, reference) = (request.organization()?, request.project()?);
    let reach = api.access().project(&grant, &organization, &reference, Act::Write);
    within_reach(request.no_query(), reach).await?;
    let project = api.projects().delete(&grant, &organization, &reference).await?;
    Ok(HttpResponse::Ok().json(to_wire(project)))
}
