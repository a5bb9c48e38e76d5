//! `GET /admin/v1/organizations/{slug}/projects/{project}/dynamic-providers`

use serde_json::json;
use tenancy_api_types::{pagination::Page, providers::DynamicProvider};
use tenancy_domain::authorization::{Act, ProvidersRead};

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

/// List a project's dynamic providers.
///
/// The providers that the project owns, by `created_at` descending, then `id` descending.
#[utoipa::path(
    get,
    path = OF_PROJECT,
    operation_id = "list_project_dynamic_providers",
    tag = TAG,
    params(OrganizationPath, ProjectPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of providers, newest first.",
            body = Page<DynamicProvider>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::with(
                examples::provider(),
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
    grant: Authorized<ProvidersRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    let (organization, project) = (request.organization()?, request.project()?);
    let reach = api.access().project(&grant, &organization, &project, Act::Read);
    let (query, page) = within_reach(PageParameters::alone(&request), reach).await?;
    let found = api.providers().list_of_project(&grant, &organization, &project, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
