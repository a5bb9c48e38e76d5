//! `GET /admin/v1/organizations/{slug}/projects/{project}/api-keys`

use serde_json::json;
use tenancy_api_types::{api_keys::ApiKey, pagination::Page};
use tenancy_domain::authorization::{Act, ApiKeysRead};

use super::{OF_PROJECT, TAG, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    pagination::{self, ListAnswer, PageParameters},
    projects::ProjectPath,
    reach::within_reach,
};

/// List a project's API keys.
///
/// The keys that the project owns, revoked and expired ones included, by `created_at` descending, then `id`
/// descending.
#[utoipa::path(
    get,
    path = OF_PROJECT,
    operation_id = "list_project_api_keys",
    tag = TAG,
    params(OrganizationPath, ProjectPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of keys, newest first.",
            body = Page<ApiKey>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::with(
                examples::api_key(),
                json!({"owner": {"type": "project", "project_id": "01939f6b-8e44-7a19-b3c7-5d0e6f8a1b92"}})
            ))),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list_of_project(
    api: Api,
    grant: Authorized<ApiKeysRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    let (organization, project) = (request.organization()?, request.project()?);
    let reach = api.access().project(&grant, &organization, &project, Act::Read);
    let (query, page) = within_reach(PageParameters::alone(&request), reach).await?;
    let found = api.api_keys().list_of_project(&grant, &organization, &project, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
