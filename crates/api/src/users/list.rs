//! `GET /admin/v1/users`

use tenancy_api_types::{pagination::Page, users::User};
use tenancy_domain::authorization::UsersRead;

use super::{COLLECTION, TAG, lookup::LookupParameters, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    pagination::{self, ListAnswer, PageParameters},
};

/// List all users.
///
/// For system keys alone. By `created_at` descending, then `id` descending. With `external_id` or `email` it is a look-up:
/// the page has the one user that has all that is asked for, or none. What no user can have is 400.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_users",
    tag = TAG,
    params(PageParameters, LookupParameters),
    responses(
        (
            status = 200,
            description = "A page of users, newest first.",
            body = Page<User>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::user())),
        ),
        responses::Guarded,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<UsersRead>, request: Unread) -> Result<ListAnswer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the query.
    grant.require_system()?;
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    let filter = LookupParameters::take(&mut query)?;
    query.finish()?;
    let found = api.users().list(&grant, &filter, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
