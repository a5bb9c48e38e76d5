//! `POST /admin/v1/organizations/{slug}/purge`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, nothing::Nothing, organizations::PurgedOrganization};
use tenancy_domain::{Precondition, authorization::OrganizationsWrite, idempotency::IdempotencyKey, organizations};

use super::{PURGE, TAG, path::OrganizationPath};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Purge an organization.
///
/// For system keys alone. Destroys a deleted organization for good, with all beneath it: projects, memberships, API keys
/// with all their secrets, and dynamic providers. Users stay, and so does the organization's audit log. It is named by its
/// id, or by its slug while one deleted organization alone has it. It is 409 for an organization that is live: delete it
/// first. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = PURGE,
    operation_id = "purge_organization",
    tag = TAG,
    params(OrganizationPath, DryRun),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/Nothing"),
        description = "Nothing, which may be left out.",
        example = json!({}),
    ),
    responses(
        (
            status = 200,
            description = "What went with the organization; of a dry run, what would be destroyed.",
            body = Deletion<PurgedOrganization>,
            examples(
                ("purged" = (value = json!({
                    "deleted": true,
                    "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
                    "projects_deleted": 2,
                    "memberships_deleted": 5,
                    "api_keys_deleted": 3,
                    "dynamic_providers_deleted": 2,
                }))),
                ("dry_run" = (value = json!(examples::dry_run(json!({
                    "organizations": 1, "projects": 2, "memberships": 5, "api_keys": 3,
                    "dynamic_providers": 2
                }))))),
            ),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn purge(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let reference = request.organization()?;
    let parsed = parse(&mut request).await;
    let reach = api.organizations().ensure_to_restore(&grant, reference.clone());
    let ((is_dry_run, precondition), key) = within_reach(parsed, reach).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.organizations().rehearse_purge(&grant, reference).await?));
    }
    let use_case = api.organizations().purge(&grant, reference);
    request.once(&grant, key, use_case, |purged| Answer::untagged(&to_wire(*purged))).await
}

async fn parse(request: &mut Unread) -> Result<((bool, Precondition), Option<IdempotencyKey>), ApiError> {
    let parsed = DryRun::alone(request)?;
    let Nothing {} = request.json_or_default().await?;
    Ok((parsed, request.idempotency_key()?))
}

fn to_wire(purged: organizations::PurgedOrganization) -> PurgedOrganization {
    PurgedOrganization {
        deleted: true,
        org_id: purged.id.uuid(),
        projects_deleted: purged.affected.projects,
        memberships_deleted: purged.affected.memberships,
        api_keys_deleted: purged.affected.api_keys,
        dynamic_providers_deleted: purged.affected.providers,
    }
}
