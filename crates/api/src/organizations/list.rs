//! `GET /admin/v1/organizations`

use tenancy_api_types::{organizations::Organization, pagination::Page};
use tenancy_domain::authorization::OrganizationsRead;

use super::{COLLECTION, TAG, filter::FilterParameters, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    include_deleted::IncludeDeleted,
    openapi::{examples, responses},
    pagination::{self, ListAnswer, PageParameters},
};

/// List all organizations.
///
/// The organizations that the key reaches (of an organization's or a project's key that one alone, of a user's those that it is a member
/// of), by `created_at` descending, then `id`
/// descending, in both directions of travel. Walk with `next_cursor` and `prev_cursor`, or follow the `Link` headers.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_organizations",
    tag = TAG,
    params(PageParameters, FilterParameters, IncludeDeleted),
    responses(
        (
            status = 200,
            description = "A page of organizations, newest first.",
            body = Page<Organization>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::organization())),
        ),
        responses::Guarded,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    api: Api,
    grant: Authorized<OrganizationsRead>,
    request: Unread,
) -> Result<ListAnswer, ApiError> {
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    let filter = FilterParameters::take(&mut query)?;
    let deleted = IncludeDeleted::take(&mut query)?;
    query.finish()?;
    let found = api.organizations().list(&grant, &filter, &page, deleted).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
