//! `GET /admin/v1/me`

use actix_web::HttpResponse;
use tenancy_api_types::me::Me;

use crate::{
    api_keys::{owner_to_wire, scopes_to_wire},
    error::ApiError,
    extract::{Authenticated, Unread},
    openapi::responses,
    timestamp::to_wire_time,
};

/// The path of the caller itself.
pub(crate) const PATH: &str = "/admin/v1/me";
/// The tag of the operation.
pub(crate) const TAG: &str = "Self";

/// Get the key that the request is made with.
///
/// It takes a valid key and no scope.
#[utoipa::path(
    get,
    path = PATH,
    operation_id = "get_me",
    tag = TAG,
    responses(
        (
            status = 200,
            description = "The caller's key.",
            body = Me,
            example = json!({
                "key_id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
                "name": "ci",
                "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
                "scopes": ["admin:organizations:read", "billing"],
                "expires_at": "2099-01-01T00:00:00.000Z",
            }),
        ),
        responses::Authenticated,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn me(caller: Authenticated, request: Unread) -> Result<HttpResponse, ApiError> {
    request.no_query()?;
    let key = caller.api_key()?;
    Ok(HttpResponse::Ok().json(Me {
        key_id: key.id.uuid(),
        name: key.name.as_str().to_owned(),
        owner: owner_to_wire(key.owner),
        scopes: scopes_to_wire(&key.scopes),
        expires_at: key.expires_at.map(to_wire_time),
    }))
}
