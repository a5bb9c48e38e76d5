//! `DELETE /admin/v1/organizations/{slug}`

use actix_web::HttpResponse;
use tenancy_api_types::organizations::Organization;
use tenancy_domain::authorization::OrganizationsWrite;

use super::{ITEM, TAG, path::OrganizationPath, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    reach::within_reach,
};

/// Delete an organization.
///
/// Softly: the organization disappears from every answer that does not ask for deleted ones, its API keys stop working,
/// and its slug is free at once. Nothing is destroyed. Deleting it a second time is 404.
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
            example = json!({
                "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
                "slug": "acme",
                "name": "Acme, Inc.",
                "created_at": "2024-12-07T14:13:20.000Z",
                "updated_at": "2024-12-07T15:00:00.000Z",
                "deleted_at": "2024-12-07T15:00:00.000Z",
            }),
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
    within_reach(request.no_query(), api.organizations().ensure_within_reach(&grant, &reference)).await?;
    let organization = api.organizations().delete(&grant, reference).await?;
    Ok(HttpResponse::Ok().json(to_wire(organization)))
}
