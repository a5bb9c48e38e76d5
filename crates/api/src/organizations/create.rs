//! `POST /admin/v1/organizations`

use tenancy_api_types::organizations::{CreateOrganization, Organization};
use tenancy_domain::{
    DisplayName, ExternalId, Slug, authorization::OrganizationsWrite, idempotency::IdempotencyKey,
    organizations::NewOrganization,
};

use super::{COLLECTION, TAG, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    metadata,
    openapi::{examples, responses},
};

/// Create an organization.
///
/// For system keys alone. Its slug must be that of no other live organization, nor one that such an organization had and
/// that is in its cool-down; the slug of a deleted one is free. So is its `external_id`, which no two live ones share.
#[utoipa::path(
    post,
    path = COLLECTION,
    operation_id = "create_organization",
    tag = TAG,
    request_body(
        content = CreateOrganization,
        description = "What the organization is made from.",
        example = json!({
            "slug": "acme", "name": "Acme, Inc.", "external_id": "cus_NffrFeUfNV2Hib", "metadata": {"plan": "gold"},
        }),
    ),
    responses(
        (
            status = 201,
            description = "The new organization.",
            body = Organization,
            headers(("Location" = String, description = "The path of the new organization.")),
            example = json!(examples::organization()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the body.
    grant.require_system()?;
    let (new, key) = parse(&mut request).await?;
    let list = request.path().to_owned();
    request
        .once(&grant, key, api.organizations().create(&grant, new), move |made| {
            Answer::of(made.clone(), to_wire).created(&list, &made.slug)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<(NewOrganization, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: CreateOrganization = request.json().await?;
    let slug = Slug::parse(body.slug).map_err(|violation| violation.of("slug"))?;
    let name = DisplayName::parse(&body.name).map_err(|violation| violation.of("name"))?;
    let external_id = body.external_id.map(|id| ExternalId::parse(id).map_err(|violation| violation.of("external_id")));
    let (external_id, metadata) = (external_id.transpose()?, metadata::from_wire(body.metadata)?);
    Ok((NewOrganization { slug, name, external_id, metadata }, request.idempotency_key()?))
}
