//! `PATCH /admin/v1/api-keys/{key_id}`

use serde_json::json;
use tenancy_api_types::api_keys::{ApiKey, UpdateApiKey};
use tenancy_domain::{DisplayName, Precondition, Timestamp, api_keys::ApiKeyChanges, authorization::ApiKeysWrite};

use super::{
    ITEM, TAG,
    path::ApiKeyPath,
    wire::{scopes_from_wire, to_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Update an API key.
///
/// Changes what is sent and nothing else: `{}` changes nothing, and keeps `updated_at`. `scopes` takes the place of all
/// former ones, and nobody grants one that begins with `admin:` beyond their own. `expires_at` must lie ahead; null clears
/// it.
#[utoipa::path(
    patch,
    path = ITEM,
    operation_id = "update_api_key",
    tag = TAG,
    params(ApiKeyPath),
    request_body(
        content = UpdateApiKey,
        description = "What is to be changed.",
        example = json!({"scopes": ["admin:organizations:read"], "expires_at": null}),
    ),
    responses(
        (
            status = 200,
            description = "The key as it is now.",
            body = ApiKey,
            example = json!(examples::with(
                examples::api_key(),
                json!({
                    "scopes": ["admin:organizations:read"],
                    "expires_at": null,
                    "updated_at": "2024-12-07T15:00:00.000Z",
                    "last_used_at": "2024-12-07T14:20:00.000Z",
                })
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(api: Api, grant: Authorized<ApiKeysWrite>, mut request: Unread) -> Result<Answer, ApiError> {
    let id = request.api_key()?;
    let changes = parse(&mut request).await;
    let (changes, precondition) = within_reach(changes, api.api_keys().ensure(&grant, id)).await?;
    let key = api.api_keys().update(&grant.provided(precondition), id, changes).await?;
    Ok(Answer::of(key, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(ApiKeyChanges, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateApiKey = request.json().await?;
    let name = body.name.map(|name| DisplayName::parse(&name).map_err(|violation| violation.of("name")));
    let changes = ApiKeyChanges {
        name: name.transpose()?,
        scopes: body.scopes.map(scopes_from_wire).transpose()?,
        expires_at: body.expires_at.sent().map(|time| time.map(Timestamp::from)),
    };
    Ok((changes, request.precondition()?))
}
