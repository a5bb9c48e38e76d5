//! `GET /admin/v1/api-keys/{key_id}`

use actix_web::HttpResponse;
use tenancy_api_types::api_keys::ApiKey;
use tenancy_domain::authorization::ApiKeysRead;

use super::{ITEM, TAG, path::ApiKeyPath, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    reach::within_reach,
};

/// Get an API key.
///
/// Without its secret; also when it is revoked or expired.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_api_key",
    tag = TAG,
    params(ApiKeyPath),
    responses(
        (
            status = 200,
            description = "The key.",
            body = ApiKey,
            example = json!({
                "id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
                "name": "ci",
                "key_prefix": "Zk3vQ9xB",
                "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
                "scopes": ["admin:organizations:read", "billing"],
                "expires_at": "2099-01-01T00:00:00.000Z",
                "created_at": "2024-12-07T14:13:20.000Z",
                "updated_at": "2024-12-07T14:13:20.000Z",
                "last_used_at": "2024-12-07T14:20:00.000Z",
                "revoked_at": null,
                "rotated_at": null,
                "rotation_grace_until": null,
            }),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<ApiKeysRead>, request: Unread) -> Result<HttpResponse, ApiError> {
    let id = request.api_key()?;
    within_reach(request.no_query(), api.api_keys().ensure_within_reach(&grant, id)).await?;
    let key = api.api_keys().get(&grant, id).await?;
    Ok(HttpResponse::Ok().json(to_wire(key)))
}
