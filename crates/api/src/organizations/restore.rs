//! `POST /admin/v1/organizations/{slug}/restore`

use serde_json::json;
use tenancy_api_types::organizations::{Organization, RestoreOrganization};
use tenancy_domain::{Precondition, Slug, authorization::OrganizationsWrite, idempotency::IdempotencyKey};

use super::{RESTORE, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Restore an organization.
///
/// For system keys alone. Brings back what its deletion hid: the organization, all beneath it, and their API keys. It is
/// named by its id, or by its slug while one deleted organization alone has it. It is 409 for an organization that is
/// live, and when another one has taken its slug since: `slug` gives it another one. One that was suspended comes back
/// suspended; the slugs that it had before the last one do not lead to it any more. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = RESTORE,
    operation_id = "restore_organization",
    tag = TAG,
    params(OrganizationPath),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/RestoreOrganization"),
        description = "How the organization is to be restored.",
        example = json!({"slug": "acme-2"}),
    ),
    responses(
        (
            status = 200,
            description = "The organization, live again.",
            body = Organization,
            example = json!(examples::with(
                examples::organization(),
                json!({"slug": "acme-2", "updated_at": "2024-12-07T16:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn restore(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let reference = request.organization()?;
    let slug = parse(&mut request).await;
    let reach = api.organizations().ensure_to_restore(&grant, reference.clone());
    let (slug, precondition, key) = within_reach(slug, reach).await?;
    let use_case = api.organizations().restore(&grant.provided(precondition), reference, slug);
    request.once(&grant, key, use_case, |restored| Answer::of(restored.clone(), to_wire)).await
}

async fn parse(request: &mut Unread) -> Result<(Option<Slug>, Precondition, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: RestoreOrganization = request.json_or_default().await?;
    let slug = body.slug.map(|slug| Slug::parse(slug).map_err(|violation| violation.of("slug")));
    Ok((slug.transpose()?, request.precondition()?, request.idempotency_key()?))
}
