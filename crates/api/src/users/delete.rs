//! `DELETE /admin/v1/users/{user_id}`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, users::DeletedUser};
use tenancy_domain::authorization::UsersWrite;

use super::{ITEM, TAG, path::UserPath};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Delete a user.
///
/// For system keys alone. For good: the user goes with its memberships and its API keys, and is not restored. It is 409
/// while the user is the last owner of an organization, live or deleted.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "delete_user",
    tag = TAG,
    params(UserPath, DryRun),
    responses(
        (
            status = 200,
            description = "What went with the user; of a dry run, what would be destroyed.",
            body = Deletion<DeletedUser>,
            examples(
                ("deleted" = (value = json!({
                    "deleted": true,
                    "user_id": "01939f6b-9255-7b2a-8c4d-6e1f7a9b2ca3",
                    "api_keys_deleted": 1,
                    "memberships_deleted": 2,
                }))),
                ("dry_run" = (value = json!(examples::dry_run(json!({
                    "users": 1, "memberships": 2, "api_keys": 1
                }))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(api: Api, grant: Authorized<UsersWrite>, request: Unread) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let id = request.user()?;
    let (is_dry_run, precondition) = within_reach(DryRun::alone(&request), api.users().ensure(&grant, id)).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.users().rehearse_deletion(&grant, id).await?));
    }
    let deleted = api.users().delete(&grant, id).await?;
    Ok(Answer::untagged(&DeletedUser {
        deleted: true,
        user_id: deleted.id.uuid(),
        api_keys_deleted: deleted.api_keys,
        memberships_deleted: deleted.memberships,
    }))
}
