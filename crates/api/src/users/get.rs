//! `GET /admin/v1/users/{user_id}`

use tenancy_api_types::users::User;
use tenancy_domain::authorization::UsersRead;

use super::{ITEM, TAG, path::UserPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Get a user.
///
/// For system keys alone.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_user",
    tag = TAG,
    params(UserPath),
    responses(
        (
            status = 200,
            description = "The user.",
            body = User,
            example = json!(examples::user()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<UsersRead>, request: Unread) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let id = request.user()?;
    let precondition = within_reach(request.only_precondition(), api.users().ensure(&grant, id)).await?;
    let user = api.users().get(&grant, id).await?;
    Answer::found(user, to_wire, &precondition)
}
