//! `PATCH /admin/v1/users/{user_id}`

use serde_json::json;
use tenancy_api_types::users::{UpdateUser, User};
use tenancy_domain::{Precondition, authorization::UsersWrite, users::UserChanges};

use super::{
    ITEM, TAG,
    path::UserPath,
    to_wire,
    wire::{email_from_wire, name_from_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Update a user.
///
/// For system keys alone. Changes what is sent and nothing else: `{}` changes nothing, and keeps `updated_at`; null clears.
#[utoipa::path(
    patch,
    path = ITEM,
    operation_id = "update_user",
    tag = TAG,
    params(UserPath),
    request_body(
        content = UpdateUser,
        description = "What is to be changed.",
        example = json!({"email": null, "name": "Countess of Lovelace"}),
    ),
    responses(
        (
            status = 200,
            description = "The user as it is now.",
            body = User,
            example = json!(examples::with(
                examples::user(),
                json!({"email": null, "name": "Countess of Lovelace", "updated_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(api: Api, grant: Authorized<UsersWrite>, mut request: Unread) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let id = request.user()?;
    let changes = parse(&mut request).await;
    let (changes, precondition) = within_reach(changes, api.users().ensure(&grant, id)).await?;
    let user = api.users().update(&grant.provided(precondition), id, changes).await?;
    Ok(Answer::of(user, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(UserChanges, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateUser = request.json().await?;
    let changes = UserChanges {
        email: body.email.sent().map(email_from_wire).transpose()?,
        name: body.name.sent().map(name_from_wire).transpose()?,
    };
    Ok((changes, request.precondition()?))
}
