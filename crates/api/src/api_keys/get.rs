//! `GET /admin/v1/api-keys/{key_id}`

use serde_json::json;
use tenancy_api_types::api_keys::ApiKey;
use tenancy_domain::authorization::ApiKeysRead;

use super::{ITEM, TAG, path::ApiKeyPath, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
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
            example = json!(examples::with(
                examples::api_key(),
                json!({"last_used_at": "2024-12-07T14:20:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<ApiKeysRead>, request: Unread) -> Result<Answer, ApiError> {
    let id = request.api_key()?;
    let precondition = within_reach(request.only_precondition(), api.api_keys().ensure(&grant, id)).await?;
    let key = api.api_keys().get(&grant, id).await?;
    Answer::found(key, to_wire, &precondition)
}
