//! `GET /admin/v1/organizations/{slug}`

use tenancy_api_types::organizations::Organization;
use tenancy_domain::{
    Deleted, Precondition,
    authorization::{Act, Level, OrganizationsRead},
};

use super::{ITEM, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    include_deleted::IncludeDeleted,
    openapi::{examples, responses},
    reach::within_reach,
};

/// Get an organization by slug.
///
/// By slug or by id; by a slug that it had before it is 308. A deleted one is shown to system keys alone, by id, with `include_deleted=true`.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_organization",
    tag = TAG,
    params(OrganizationPath, IncludeDeleted),
    responses(
        (
            status = 200,
            description = "The organization.",
            body = Organization,
            example = json!(examples::organization()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<OrganizationsRead>, request: Unread) -> Result<Answer, ApiError> {
    let reference = request.organization()?;
    let (deleted, precondition) =
        within_reach(parse(&request), api.access().organization(&grant, &reference, Level::Row, Act::Read)).await?;
    let organization = api.organizations().get(&grant, &reference, deleted).await?;
    Answer::found(organization, to_wire, &precondition)
}

fn parse(request: &Unread) -> Result<(Deleted, Precondition), ApiError> {
    let mut query = request.query()?;
    let deleted = IncludeDeleted::take(&mut query)?;
    query.finish()?;
    Ok((deleted, request.precondition()?))
}
