//! `GET /admin/v1/organizations/{slug}/api-keys`

use actix_web::HttpResponse;
use tenancy_api_types::{api_keys::ApiKey, pagination::Page};
use tenancy_domain::{authorization::ApiKeysRead, pagination::PageRequest};

use super::{OF_ORGANIZATION, TAG, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Query, Unread},
    openapi::responses,
    organizations::OrganizationPath,
    pagination::{self, PageParameters},
    reach::within_reach,
};

/// List an organization's API keys.
///
/// The keys that the organization itself owns, revoked and expired ones included, by `created_at` descending, then `id`
/// descending.
#[utoipa::path(
    get,
    path = OF_ORGANIZATION,
    operation_id = "list_organization_api_keys",
    tag = TAG,
    params(OrganizationPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of keys, newest first.",
            body = Page<ApiKey>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!({
                "data": [{
                    "id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
                    "name": "ci",
                    "key_prefix": "Zk3vQ9xB",
                    "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
                    "scopes": ["admin:organizations:read", "billing"],
                    "expires_at": "2099-01-01T00:00:00.000Z",
                    "created_at": "2024-12-07T14:13:20.000Z",
                    "updated_at": "2024-12-07T14:13:20.000Z",
                    "last_used_at": null,
                    "revoked_at": null,
                    "rotated_at": null,
                    "rotation_grace_until": null,
                }],
                "pagination": {"limit": 100, "has_more": false},
            }),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list_of_organization(
    api: Api,
    grant: Authorized<ApiKeysRead>,
    request: Unread,
) -> Result<HttpResponse, ApiError> {
    let reference = request.organization()?;
    let (query, page) =
        within_reach(parse(&request), api.organizations().ensure_within_reach(&grant, &reference)).await?;
    let found = api.api_keys().list_of_organization(&grant, &reference, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}

fn parse(request: &Unread) -> Result<(Query<'_>, PageRequest), ApiError> {
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    query.finish()?;
    Ok((query, page))
}
