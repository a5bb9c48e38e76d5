//! `GET /admin/v1/me`

use tenancy_api_types::me::Me;
use tenancy_domain::api_keys::ApiKey;

use crate::{
    answer::Answer,
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
pub(crate) async fn me(caller: Authenticated, request: Unread) -> Result<Answer, ApiError> {
    let precondition = request.only_precondition()?;
    Answer::found(caller.api_key()?.clone(), to_wire, &precondition)
}

fn to_wire(key: ApiKey) -> Me {
    Me {
        key_id: key.id.uuid(),
        name: key.name.into(),
        owner: owner_to_wire(key.owner),
        scopes: scopes_to_wire(&key.scopes),
        expires_at: key.expires_at.map(to_wire_time),
    }
}
