//! `PATCH …/members/{user_id}`

use serde_json::json;
use tenancy_api_types::members::{Member, UpdateMember};
use tenancy_domain::{
    Precondition,
    authorization::{Act, Grant, MembersWrite},
    members::{MemberOfRef, Role},
};

use super::{
    ITEM_OF_ORGANIZATION, ITEM_OF_PROJECT, TAG, organization, project,
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
    users::UserPath,
};

/// Update a member of an organization.
///
/// Gives it another role; `{}` changes nothing. A user's key takes the role `admin` there, and the role `owner` to make an
/// owner or to unmake one. The last owner keeps its role (409).
#[utoipa::path(
    patch,
    path = ITEM_OF_ORGANIZATION,
    operation_id = "update_member",
    tag = TAG,
    params(OrganizationPath, UserPath),
    request_body(
        content = UpdateMember,
        description = "What is to be changed.",
        example = json!({"role": "owner"}),
    ),
    responses(
        (
            status = 200,
            description = "The member as it is now.",
            body = Member,
            example = json!(examples::with(examples::member(), json!({"role": "owner"}))),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(api: Api, grant: Authorized<MembersWrite>, request: Unread) -> Result<Answer, ApiError> {
    let of = organization(&request)?;
    update_of(&api, &grant, request, &of).await
}

/// Update a member of a project.
///
/// Gives it another role there; `{}` changes nothing. A user's key takes the role `admin` in the organization. The last
/// owner keeps its role (409).
#[utoipa::path(
    patch,
    path = ITEM_OF_PROJECT,
    operation_id = "update_project_member",
    tag = TAG,
    params(OrganizationPath, ProjectPath, UserPath),
    request_body(
        content = UpdateMember,
        description = "What is to be changed.",
        example = json!({"role": "owner"}),
    ),
    responses(
        (
            status = 200,
            description = "The member as it is now.",
            body = Member,
            example = json!(examples::with(examples::member(), json!({"role": "owner"}))),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update_of_project(
    api: Api,
    grant: Authorized<MembersWrite>,
    request: Unread,
) -> Result<Answer, ApiError> {
    let of = project(&request)?;
    update_of(&api, &grant, request, &of).await
}

async fn update_of(
    api: &Api,
    grant: &Grant<MembersWrite>,
    mut request: Unread,
    of: &MemberOfRef,
) -> Result<Answer, ApiError> {
    let user = request.member()?;
    let role = parse(&mut request).await;
    let reach = api.members().ensure_member(grant, of, user, Act::Write);
    let (role, precondition) = within_reach(role, reach).await?;
    let member = api.members().update(&grant.provided(precondition), of, user, role).await?;
    Ok(Answer::of(member, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(Option<Role>, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateMember = request.json().await?;
    Ok((body.role.map(role_from_wire).transpose()?, request.precondition()?))
}
