//! `POST /admin/v1/users`

use tenancy_api_types::users::{CreateUser, User};
use tenancy_domain::{ExternalId, authorization::UsersWrite, idempotency::IdempotencyKey, users::NewUser};

use super::{
    COLLECTION, TAG, to_wire,
    wire::{email_from_wire, name_from_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
};

/// Create a user.
///
/// For system keys alone. `external_id` is what the user is called in the system that knows it first, and never changes. No
/// two users have the same one, nor the same e-mail address in whatever case.
#[utoipa::path(
    post,
    path = COLLECTION,
    operation_id = "create_user",
    tag = TAG,
    request_body(
        content = CreateUser,
        description = "What the user is made from.",
        example = json!({
            "external_id": "auth0|5f7c8ec7c33c6c004bbafe82",
            "email": "ada@example.com",
            "name": "Ada Lovelace",
        }),
    ),
    responses(
        (
            status = 201,
            description = "The new user.",
            body = User,
            headers(("Location" = String, description = "The path of the new user.")),
            example = json!(examples::user()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(api: Api, grant: Authorized<UsersWrite>, mut request: Unread) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the body.
    grant.require_system()?;
    let (new, key) = parse(&mut request).await?;
    let list = request.path().to_owned();
    request
        .once(&grant, key, api.users().create(&grant, new), move |made| {
            Answer::of(made.clone(), to_wire).created(&list, made.id)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<(NewUser, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: CreateUser = request.json().await?;
    let new = NewUser {
        external_id: ExternalId::parse(body.external_id).map_err(|violation| violation.of("external_id"))?,
        email: email_from_wire(body.email)?,
        name: name_from_wire(body.name)?,
    };
    Ok((new, request.idempotency_key()?))
}
