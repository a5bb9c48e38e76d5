//! `DELETE /admin/v1/api-keys/{key_id}`

use serde_json::json;
use tenancy_api_types::{api_keys::ApiKey, dry_run::Deletion};
use tenancy_domain::authorization::ApiKeysWrite;

use super::{ITEM, TAG, path::ApiKeyPath, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Revoke an API key.
///
/// For good, with all its secrets, and from this answer on. Nothing is destroyed: the key goes on being listed. Revoking
/// it again changes nothing, and keeps the time of the first revocation.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "revoke_api_key",
    tag = TAG,
    params(ApiKeyPath, DryRun),
    responses(
        (
            status = 200,
            description = "The key as revoked; of a dry run, whether it would be: one key, or none.",
            body = Deletion<ApiKey>,
            examples(
                ("revoked" = (value = json!(examples::with(
                    examples::api_key(),
                    json!({
                        "updated_at": "2024-12-07T15:00:00.000Z",
                        "last_used_at": "2024-12-07T14:20:00.000Z",
                        "revoked_at": "2024-12-07T15:00:00.000Z",
                    })
                )))),
                ("dry_run" = (value = json!(examples::dry_run(json!({"api_keys": 1}))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn revoke(api: Api, grant: Authorized<ApiKeysWrite>, request: Unread) -> Result<Answer, ApiError> {
    let id = request.api_key()?;
    let (is_dry_run, precondition) = within_reach(DryRun::alone(&request), api.api_keys().ensure(&grant, id)).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.api_keys().rehearse_revocation(&grant, id).await?));
    }
    let key = api.api_keys().revoke(&grant, id).await?;
    Ok(Answer::of(key, to_wire))
}
