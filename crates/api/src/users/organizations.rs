//! `GET /admin/v1/users/{user_id}/organizations`

use serde_json::json;
use tenancy_api_types::{pagination::Page, users::OrganizationOfUser};
use tenancy_domain::{authorization::UsersRead, users};

use super::{ORGANIZATIONS, TAG, path::UserPath};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    members::role_to_wire,
    openapi::{examples, responses},
    organizations,
    pagination::{self, ListAnswer, PageParameters},
    reach::within_reach,
    timestamp::to_wire_time,
};

/// List a user's organizations.
///
/// For system keys alone. The live organizations that the user is a member of, with its role in each, by the organization's
/// `created_at` descending, then its `id` descending.
#[utoipa::path(
    get,
    path = ORGANIZATIONS,
    operation_id = "list_user_organizations",
    tag = TAG,
    params(UserPath, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of organizations, newest first.",
            body = Page<OrganizationOfUser>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::with(
                examples::organization(),
                json!({"role": "admin", "joined_at": "2024-12-07T14:16:00.000Z"})
            ))),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn organizations(
    api: Api,
    grant: Authorized<UsersRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let id = request.user()?;
    let (query, page) = within_reach(PageParameters::alone(&request), api.users().ensure(&grant, id)).await?;
    let found = api.users().organizations(&grant, id, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}

fn to_wire(found: users::OrganizationOfUser) -> OrganizationOfUser {
    OrganizationOfUser {
        organization: organizations::to_wire(found.organization),
        role: role_to_wire(found.role),
        joined_at: to_wire_time(found.joined_at),
    }
}
