//! `GET …/members`

use tenancy_api_types::{members::Member, pagination::Page};
use tenancy_domain::{
    authorization::{Act, Grant, MembersRead},
    members::MemberOfRef,
};

use super::{OF_ORGANIZATION, OF_PROJECT, TAG, organization, project, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    pagination::{self, ListAnswer, PageParameters},
    projects::ProjectPath,
    reach::within_reach,
};

/// List an organization's members.
///
/// By `joined_at` descending, then by the user's `id` descending.
#[utoipa::path(
    get,
    path = OF_ORGANIZATION,
    operation_id = "list_members",
    tag = TAG,
    params(OrganizationPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of members, newest first.",
            body = Page<Member>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::member())),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<MembersRead>, request: Unread) -> Result<ListAnswer, ApiError> {
    list_of(&api, &grant, &request, &organization(&request)?).await
}

/// List a project's members.
///
/// By `joined_at` descending, then by the user's `id` descending.
#[utoipa::path(
    get,
    path = OF_PROJECT,
    operation_id = "list_project_members",
    tag = TAG,
    params(OrganizationPath, ProjectPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of members, newest first.",
            body = Page<Member>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::member())),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list_of_project(
    api: Api,
    grant: Authorized<MembersRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    list_of(&api, &grant, &request, &project(&request)?).await
}

async fn list_of(
    api: &Api,
    grant: &Grant<MembersRead>,
    request: &Unread,
    of: &MemberOfRef,
) -> Result<ListAnswer, ApiError> {
    let reach = api.members().resolve(grant, of, Act::Read);
    let (query, page) = within_reach(PageParameters::alone(request), reach).await?;
    let found = api.members().list(grant, of, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
