//! `DELETE …/members/{user_id}`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, members::Member};
use tenancy_domain::{
    authorization::{Grant, MembersWrite},
    members::MemberOfRef,
};

use super::{ITEM_OF_ORGANIZATION, ITEM_OF_PROJECT, TAG, organization, project, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    projects::ProjectPath,
    reach::within_reach,
    users::UserPath,
};

/// Remove a member from an organization.
///
/// And from all of its projects. The user itself stays, and its API keys reach the organization no more. A user's key takes
/// the role `admin` there, and the role `owner` to remove an owner. The last owner stays (409).
#[utoipa::path(
    delete,
    path = ITEM_OF_ORGANIZATION,
    operation_id = "remove_member",
    tag = TAG,
    params(OrganizationPath, UserPath, DryRun),
    responses(
        (
            status = 200,
            description = "The member as it was; of a dry run, what would be removed.",
            body = Deletion<Member>,
            examples(
                ("removed" = (value = json!(examples::member()))),
                ("dry_run" = (value = json!(examples::dry_run(json!({"memberships": 3}))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn remove(api: Api, grant: Authorized<MembersWrite>, request: Unread) -> Result<Answer, ApiError> {
    remove_from(&api, &grant, &request, &organization(&request)?).await
}

/// Remove a member from a project.
///
/// It stays a member of the organization. A user's key takes the role `admin` in the organization. The last owner stays
/// (409).
#[utoipa::path(
    delete,
    path = ITEM_OF_PROJECT,
    operation_id = "remove_project_member",
    tag = TAG,
    params(OrganizationPath, ProjectPath, UserPath, DryRun),
    responses(
        (
            status = 200,
            description = "The member as it was; of a dry run, what would be removed.",
            body = Deletion<Member>,
            examples(
                ("removed" = (value = json!(examples::member()))),
                ("dry_run" = (value = json!(examples::dry_run(json!({"memberships": 1}))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn remove_from_project(
    api: Api,
    grant: Authorized<MembersWrite>,
    request: Unread,
) -> Result<Answer, ApiError> {
    remove_from(&api, &grant, &request, &project(&request)?).await
}

async fn remove_from(
    api: &Api,
    grant: &Grant<MembersWrite>,
    request: &Unread,
    of: &MemberOfRef,
) -> Result<Answer, ApiError> {
    let user = request.member()?;
    let reach = api.members().ensure_to_remove(grant, of, user);
    let (is_dry_run, precondition) = within_reach(DryRun::alone(request), reach).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.members().rehearse_removal(&grant, of, user).await?));
    }
    let member = api.members().remove(&grant, of, user).await?;
    Ok(Answer::of(member, to_wire))
}
