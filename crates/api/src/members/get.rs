//! `GET …/members/{user_id}`

use tenancy_api_types::members::Member;
use tenancy_domain::{
    authorization::{Act, Grant, MembersRead},
    members::MemberOfRef,
};

use super::{ITEM_OF_ORGANIZATION, ITEM_OF_PROJECT, TAG, organization, project, wire::to_wire};
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

/// Get a member of an organization.
///
/// The user's own fields, with its role and when it became a member.
#[utoipa::path(
    get,
    path = ITEM_OF_ORGANIZATION,
    operation_id = "get_member",
    tag = TAG,
    params(OrganizationPath, UserPath),
    responses(
        (
            status = 200,
            description = "The member.",
            body = Member,
            example = json!(examples::member()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<MembersRead>, request: Unread) -> Result<Answer, ApiError> {
    get_of(&api, &grant, &request, &organization(&request)?).await
}

/// Get a member of a project.
///
/// The user's own fields, with its role in the project and when it became a member of it.
#[utoipa::path(
    get,
    path = ITEM_OF_PROJECT,
    operation_id = "get_project_member",
    tag = TAG,
    params(OrganizationPath, ProjectPath, UserPath),
    responses(
        (
            status = 200,
            description = "The member.",
            body = Member,
            example = json!(examples::member()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get_of_project(
    api: Api,
    grant: Authorized<MembersRead>,
    request: Unread,
) -> Result<Answer, ApiError> {
    get_of(&api, &grant, &request, &project(&request)?).await
}

async fn get_of(api: &Api, grant: &Grant<MembersRead>, request: &Unread, of: &MemberOfRef) -> Result<Answer, ApiError> {
    let user = request.member()?;
    let reach = api.members().ensure_member(grant, of, user, Act::Read);
    let precondition = within_reach(request.only_precondition(), reach).await?;
    let member = api.members().get(grant, of, user).await?;
    Answer::found(member, to_wire, &precondition)
}
