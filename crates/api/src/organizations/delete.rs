//! `DELETE /admin/v1/organizations/{slug}`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, organizations::Organization};
use tenancy_domain::authorization::{Act, Level, OrganizationsWrite};

use super::{ITEM, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Delete an organization.
///
/// Softly: the organization and all beneath it disappear from every answer that does not ask for deleted ones, its API keys
/// and those of its projects stop working, and its slug is free at once. Nothing is destroyed: a system key restores it.
/// Deleting it a second time is 404. The slugs that it had before do not lead to it any more. A user's key takes the role `owner` there; a project's key may only read.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "delete_organization",
    tag = TAG,
    params(OrganizationPath, DryRun),
    responses(
        (
            status = 200,
            description = "The organization as deleted; of a dry run, what would disappear.",
            body = Deletion<Organization>,
            examples(
                ("deleted" = (value = json!(examples::with(
                    examples::organization(),
                    json!({"updated_at": "2024-12-07T15:00:00.000Z", "deleted_at": "2024-12-07T15:00:00.000Z"})
                )))),
                ("dry_run" = (value = json!(examples::dry_run(json!({
                    "organizations": 1, "projects": 2, "memberships": 5, "api_keys": 3,
                    "dynamic_providers": 2
                }))))),
            ),
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
) -> Result<Answer, ApiError> {
    let reference = request.organization()?;
    let reach = api.access().organization(&grant, &reference, Level::Row, Act::Own);
    let (is_dry_run, precondition) = within_reach(DryRun::alone(&request), reach).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.organizations().rehearse_deletion(&grant, reference).await?));
    }
    let organization = api.organizations().delete(&grant, reference).await?;
    Ok(Answer::of(organization, to_wire))
}
