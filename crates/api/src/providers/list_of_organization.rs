//! `GET /admin/v1/organizations/{slug}/dynamic-providers`

use tenancy_api_types::{pagination::Page, providers::DynamicProvider};
use tenancy_domain::authorization::{Act, Level, ProvidersRead};

use super::{OF_ORGANIZATION, TAG, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    pagination::{self, ListAnswer, PageParameters},
    reach::within_reach,
};

/// List an organization's dynamic providers.
///
/// The providers that the organization itself owns, by `created_at` descending, then `id` descending.
#[utoipa::path(
    get,
    path = OF_ORGANIZATION,
    operation_id = "list_organization_dynamic_providers",
    tag = TAG,
    params(OrganizationPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of providers, newest first.",
            body = Page<DynamicProvider>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::provider())),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list_of_organization(
    api: Api,
    grant: Authorized<ProvidersRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    let reference = request.organization()?;
    let reach = api.access().organization(&grant, &reference, Level::Organization, Act::Read);
    let (query, page) = within_reach(PageParameters::alone(&request), reach).await?;
    let found = api.providers().list_of_organization(&grant, &reference, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
