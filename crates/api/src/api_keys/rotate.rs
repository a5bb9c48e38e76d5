//! `POST /admin/v1/api-keys/{key_id}/rotate`

use serde_json::json;
use tenancy_api_types::api_keys::{IssuedApiKey, RotateApiKey};
use tenancy_domain::{Precondition, api_keys::GracePeriod, authorization::ApiKeysWrite, idempotency::IdempotencyKey};

use super::{ROTATE, TAG, path::ApiKeyPath, wire::issued_to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Rotate an API key.
///
/// Gives the key a new secret and keeps its id. The answer has the new secret in `key`: it is shown here and never again.
/// The former one works until the grace ends. While a grace runs, another rotation is 409, unless it asks for none
/// (`grace_period_seconds` 0), which ends all older secrets at once; so is that of a revoked or expired key. The caller
/// must have every scope of the key that begins with `admin:`. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = ROTATE,
    operation_id = "rotate_api_key",
    tag = TAG,
    params(ApiKeyPath),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/RotateApiKey"),
        description = "How the key is to be rotated.",
        example = json!({"grace_period_seconds": 3600}),
    ),
    responses(
        (
            status = 201,
            description = "The key with its new secret.",
            body = IssuedApiKey,
            example = json!(examples::with(
                examples::api_key(),
                json!({
                    "key_prefix": "p7Lw2NfY",
                    "updated_at": "2024-12-07T15:00:00.000Z",
                    "last_used_at": "2024-12-07T14:20:00.000Z",
                    "rotated_at": "2024-12-07T15:00:00.000Z",
                    "rotation_grace_until": "2024-12-07T16:00:00.000Z",
                    "key": "tny_p7Lw2NfY00000000000000000000000000000000000000000",
                })
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn rotate(api: Api, grant: Authorized<ApiKeysWrite>, mut request: Unread) -> Result<Answer, ApiError> {
    let id = request.api_key()?;
    let grace = parse(&mut request).await;
    let (grace, precondition, key) = within_reach(grace, api.api_keys().ensure_to_rotate(&grant, id)).await?;
    let use_case = api.api_keys().rotate(&grant.provided(precondition), id, grace);
    // Without a tag: what holds a secret is to be kept in no cache.
    request.once(&grant, key, use_case, |issued| Answer::untagged(&issued_to_wire(issued)).made()).await
}

async fn parse(request: &mut Unread) -> Result<(GracePeriod, Precondition, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: RotateApiKey = request.json_or_default().await?;
    let grace = body.grace_period_seconds.map_or(Ok(GracePeriod::default()), GracePeriod::from_seconds);
    let grace = grace.map_err(|violation| violation.of("grace_period_seconds"))?;
    Ok((grace, request.precondition()?, request.idempotency_key()?))
}
