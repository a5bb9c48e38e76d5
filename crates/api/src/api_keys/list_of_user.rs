//! `GET /admin/v1/users/{user_id}/api-keys`

use serde_json::json;
use tenancy_api_types::{api_keys::ApiKey, pagination::Page};
use tenancy_domain::{authorization::ApiKeysRead, owners::OwnerRef};

use super::{OF_USER, TAG, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    pagination::{self, ListAnswer, PageParameters},
    reach::within_reach,
    users::UserPath,
};

/// List a user's API keys.
///
/// For system keys, and the user's own. The keys that the user owns, revoked and expired ones included, by `created_at` descending, then `id`
/// descending.
#[utoipa::path(
    get,
    path = OF_USER,
    operation_id = "list_user_api_keys",
    tag = TAG,
    params(UserPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of keys, newest first.",
            body = Page<ApiKey>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::with(
                examples::api_key(),
                json!({"owner": {"type": "user", "user_id": "01939f6b-9255-7b2a-8c4d-6e1f7a9b2ca3"}})
            ))),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list_of_user(
    api: Api,
    grant: Authorized<ApiKeysRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    let id = request.user()?;
    let owner = OwnerRef::User(id);
    let reach = api.access().owner(&grant, &owner);
    let (query, page) = within_reach(PageParameters::alone(&request), reach).await?;
    let found = api.api_keys().list_of_user(&grant, id, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
