//! `GET /admin/v1/organizations/{slug}`

use actix_web::HttpResponse;
use tenancy_api_types::organizations::Organization;
use tenancy_domain::{authorization::OrganizationsRead, organizations::Deleted};

use super::{ITEM, TAG, include_deleted::IncludeDeleted, path::OrganizationPath, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    reach::within_reach,
};

/// Get an organization by slug.
///
/// By slug or by id. A deleted one is shown to system keys alone, by id, with `include_deleted=true`.
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
            example = json!({
                "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
                "slug": "acme",
                "name": "Acme, Inc.",
                "created_at": "2024-12-07T14:13:20.000Z",
                "updated_at": "2024-12-07T14:13:20.000Z",
            }),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(
    api: Api,
    grant: Authorized<OrganizationsRead>,
    request: Unread,
) -> Result<HttpResponse, ApiError> {
    let reference = request.organization()?;
    let deleted = within_reach(parse(&request), api.organizations().ensure_within_reach(&grant, &reference)).await?;
    let organization = api.organizations().get(&grant, &reference, deleted).await?;
    Ok(HttpResponse::Ok().json(to_wire(organization)))
}

fn parse(request: &Unread) -> Result<Deleted, ApiError> {
    let mut query = request.query()?;
    let deleted = IncludeDeleted::take(&mut query)?;
    query.finish()?;
    Ok(deleted)
}
