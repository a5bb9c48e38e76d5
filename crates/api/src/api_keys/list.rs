//! `GET /admin/v1/api-keys`

use actix_web::HttpResponse;
use tenancy_api_types::{api_keys::ApiKey, pagination::Page};
use tenancy_domain::authorization::ApiKeysRead;

use super::{COLLECTION, TAG, owner_type::OwnerTypeParameter, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    pagination::{self, PageParameters},
};

/// List all API keys.
///
/// The keys that the caller reaches, revoked and expired ones included, by `created_at` descending, then `id` descending.
/// Those of deleted organizations are left out.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_api_keys",
    tag = TAG,
    params(PageParameters, OwnerTypeParameter),
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
                    "owner": {"type": "system"},
                    "scopes": ["admin:*"],
                    "expires_at": null,
                    "created_at": "2024-12-07T14:13:20.000Z",
                    "updated_at": "2024-12-07T14:13:20.000Z",
                    "last_used_at": "2024-12-07T14:20:00.000Z",
                    "revoked_at": null,
                    "rotated_at": null,
                    "rotation_grace_until": null,
                }],
                "pagination": {"limit": 100, "has_more": false},
            }),
        ),
        responses::Guarded,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<ApiKeysRead>, request: Unread) -> Result<HttpResponse, ApiError> {
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    let filter = OwnerTypeParameter::take(&mut query)?;
    query.finish()?;
    let found = api.api_keys().list(&grant, filter, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
