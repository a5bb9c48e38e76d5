//! `POST …/members`

use tenancy_api_types::members::{AddMember, Member};
use tenancy_domain::{
    UserId,
    authorization::{Act, Grant, MembersWrite},
    idempotency::IdempotencyKey,
    members::{MemberOfRef, Role},
};

use super::{
    OF_ORGANIZATION, OF_PROJECT, TAG, organization, project,
    wire::{role_from_wire, to_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    projects::ProjectPath,
    reach::within_reach,
};

/// Add a member to an organization.
///
/// For system keys alone, lest a tenant probe for others' users. A user that there is not is 404; one that is a member
/// already is 409. Without `role` it becomes a `member`.
#[utoipa::path(
    post,
    path = OF_ORGANIZATION,
    operation_id = "add_member",
    tag = TAG,
    params(OrganizationPath),
    request_body(
        content = AddMember,
        description = "Who is to become a member, and in which role.",
        example = json!({"user_id": "01939f6b-9255-7b2a-8c4d-6e1f7a9b2ca3", "role": "admin"}),
    ),
    responses(
        (
            status = 201,
            description = "The new member.",
            body = Member,
            headers(("Location" = String, description = "The path of the new member.")),
            example = json!(examples::member()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn add(api: Api, grant: Authorized<MembersWrite>, request: Unread) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let of = organization(&request)?;
    add_to(&api, &grant, request, &of).await
}

/// Add a member to a project.
///
/// It must be a member of the organization: any other user, there or not, is 404. One that is a member of the project
/// already is 409. Without `role` it becomes a `member`. A user's key takes the role `admin` in the organization.
#[utoipa::path(
    post,
    path = OF_PROJECT,
    operation_id = "add_project_member",
    tag = TAG,
    params(OrganizationPath, ProjectPath),
    request_body(
        content = AddMember,
        description = "Who is to become a member, and in which role.",
        example = json!({"user_id": "01939f6b-9255-7b2a-8c4d-6e1f7a9b2ca3", "role": "admin"}),
    ),
    responses(
        (
            status = 201,
            description = "The new member.",
            body = Member,
            headers(("Location" = String, description = "The path of the new member.")),
            example = json!(examples::member()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn add_to_project(
    api: Api,
    grant: Authorized<MembersWrite>,
    request: Unread,
) -> Result<Answer, ApiError> {
    let of = project(&request)?;
    add_to(&api, &grant, request, &of).await
}

async fn add_to(
    api: &Api,
    grant: &Grant<MembersWrite>,
    mut request: Unread,
    of: &MemberOfRef,
) -> Result<Answer, ApiError> {
    let new = parse(&mut request).await;
    let ((user, role), key) = within_reach(new, api.members().resolve(grant, of, Act::Write)).await?;
    let list = request.path().to_owned();
    request
        .once(grant, key, api.members().add(grant, of, user, role), move |made| {
            Answer::of(made.clone(), to_wire).created(&list, made.user.id)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<((UserId, Role), Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: AddMember = request.json().await?;
    let role = body.role.map(role_from_wire).transpose()?.unwrap_or_default();
    Ok(((UserId::new(body.user_id), role), request.idempotency_key()?))
}
