//! `DELETE /admin/v1/organizations/{slug}`

use actix_web::HttpResponse;
use serde_json::json;
use tenancy_api_types::organizations::Organization;
use tenancy_domain::authorization::{Act, Level, OrganizationsWrite};

use super::{ITEM, TAG, path::OrganizationPath, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Delete an organization.
///
/// Softly: the organization and all beneath it disappear from every answer that does not ask for deleted ones, its API keys
/// and those of its projects stop working, and its slug is free at once. Nothing is destroyed: a system key restores it.
/// Deleting it a second time is 404. A user's key takes the role `owner` there; a project's key may only read.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "delete_organization",
    tag = TAG,
    params(OrganizationPath),
    responses(
        (
            status = 200,
            description = "The organization as deleted.",
            body = Organization,
            example = json!(examples::with(
                examples::organization(),
                json!({"updated_at": "2024-12-07T15:00:00.000Z", "deleted_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    request: Unread,
) -> Result<HttpResponse, ApiError> {
    let reference = request.organization()?;
    within_reach(request.no_query(), api.access().organization(&grant, &reference, Level::Row, Act::Own)).await?;
    let organization = api.organizations().delete(&grant, reference).await?;
    Ok(HttpResponse::Ok().json(to_wire(organization)))
}
