//! `PATCH /admin/v1/organizations/{slug}`

use serde_json::json;
use tenancy_api_types::organizations::{Organization, UpdateOrganization};
use tenancy_domain::{
    DisplayName, ExternalId, Precondition, Slug,
    authorization::{Act, Level, OrganizationsWrite},
    organizations::OrganizationChanges,
};

use super::{ITEM, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    metadata,
    openapi::{examples, responses},
    reach::within_reach,
};

/// Update an organization.
///
/// Changes what is sent and nothing else: `{}` changes nothing, and keeps `updated_at`. A slug that is given up leads to the
/// organization still: GET and HEAD of a path with it are 308 to the same path with the new one, and writes are 404.
/// Nobody else can take it until its cool-down ends; the organization may take it back. Of `metadata` the pairs that are
/// sent are set, and those with null removed. A user's key takes the role
/// `admin` there; a project's key may only read.
#[utoipa::path(
    patch,
    path = ITEM,
    operation_id = "update_organization",
    tag = TAG,
    params(OrganizationPath),
    request_body(
        content = UpdateOrganization,
        description = "What is to be changed.",
        example = json!({
            "name": "Acme International", "slug": "acme-international", "metadata": {"plan": "platinum", "trial": null},
        }),
    ),
    responses(
        (
            status = 200,
            description = "The organization as it is now.",
            body = Organization,
            example = json!(examples::with(
                examples::organization(),
                json!({
                    "name": "Acme International",
                    "slug": "acme-international",
                    "metadata": {"plan": "platinum"},
                    "updated_at": "2024-12-07T15:00:00.000Z",
                })
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let reference = request.organization()?;
    let changes = parse(&mut request).await;
    let (changes, precondition) =
        within_reach(changes, api.access().organization(&grant, &reference, Level::Row, Act::Write)).await?;
    let organization = api.organizations().update(&grant.provided(precondition), reference, changes).await?;
    Ok(Answer::of(organization, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(OrganizationChanges, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateOrganization = request.json().await?;
    let name = body.name.map(|name| DisplayName::parse(&name).map_err(|violation| violation.of("name")));
    let slug = body.slug.map(|slug| Slug::parse(slug).map_err(|violation| violation.of("slug")));
    let external_id = body.external_id.sent().map(|sent| sent.map(ExternalId::parse).transpose());
    let external_id = external_id.transpose().map_err(|violation| violation.of("external_id"))?;
    let (name, slug) = (name.transpose()?, slug.transpose()?);
    let changes =
        OrganizationChanges { name, slug, external_id, metadata: metadata::changes_from_wire(body.metadata)? };
    Ok((changes, request.precondition()?))
}
