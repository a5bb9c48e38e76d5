//! `GET /admin/v1/dynamic-providers`

use tenancy_api_types::{pagination::Page, providers::DynamicProvider};
use tenancy_domain::{authorization::ProvidersRead, providers::ProviderFilter};

use super::{COLLECTION, TAG, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    pagination::{self, ListAnswer, PageParameters},
};

/// List all dynamic providers.
///
/// The providers that the caller reaches, by `created_at` descending, then `id` descending. Those of what is deleted are left
/// out.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_dynamic_providers",
    tag = TAG,
    params(PageParameters),
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
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<ProvidersRead>, request: Unread) -> Result<ListAnswer, ApiError> {
    let (query, page) = PageParameters::alone(&request)?;
    let found = api.providers().list(&grant, ProviderFilter::All, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
