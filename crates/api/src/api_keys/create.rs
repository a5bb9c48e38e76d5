//! `POST /admin/v1/api-keys`

use serde_json::json;
use tenancy_api_types::api_keys::{CreateApiKey, IssuedApiKey};
use tenancy_domain::{
    DisplayName, Timestamp, api_keys::NewApiKey, authorization::ApiKeysWrite, idempotency::IdempotencyKey,
};

use super::{
    COLLECTION, TAG,
    wire::{issued_to_wire, owner_from_wire, scopes_from_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
};

/// Create an API key.
///
/// The answer has the key itself in `key`: it is shown here and never again. The key reaches as far as its owner, and
/// nobody grants an owner's reach, or a scope that begins with `admin:`, beyond their own.
#[utoipa::path(
    post,
    path = COLLECTION,
    operation_id = "create_api_key",
    tag = TAG,
    request_body(
        content = CreateApiKey,
        description = "What the key is made from.",
        example = json!({
            "name": "ci",
            "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
            "scopes": ["admin:organizations:read", "billing"],
            "expires_at": "2099-01-01T00:00:00Z",
        }),
    ),
    responses(
        (
            status = 201,
            description = "The new key.",
            body = IssuedApiKey,
            headers(("Location" = String, description = "The path of the new key.")),
            example = json!(examples::with(
                examples::api_key(),
                json!({"key": "tny_Zk3vQ9xB00000000000000000000000000000000000000000"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(api: Api, grant: Authorized<ApiKeysWrite>, mut request: Unread) -> Result<Answer, ApiError> {
    let (new, key) = parse(&mut request).await?;
    let list = request.path().to_owned();
    request
        .once(&grant, key, api.api_keys().create(&grant, new), move |issued| {
            // Without a tag: what holds a secret is to be kept in no cache.
            Answer::untagged(&issued_to_wire(issued)).created(&list, issued.key.id)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<(NewApiKey, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: CreateApiKey = request.json().await?;
    let new = NewApiKey {
        name: DisplayName::parse(&body.name).map_err(|violation| violation.of("name"))?,
        owner: owner_from_wire(body.owner),
        scopes: scopes_from_wire(body.scopes)?,
        expires_at: body.expires_at.map(Timestamp::from),
    };
    Ok((new, request.idempotency_key()?))
}
