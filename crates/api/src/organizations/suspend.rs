//! `POST /admin/v1/organizations/{slug}/suspend`

use serde_json::json;
use tenancy_api_types::organizations::Organization;
use tenancy_domain::{
    Precondition,
    authorization::{Act, Level, OrganizationsWrite},
    idempotency::IdempotencyKey,
};

use super::{SUSPEND, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Suspend an organization.
///
/// For system keys alone. Its API keys and those of its projects let nobody in (401), users' keys reach it no more (404), and
/// nobody sees it but system keys, which may go on changing it and all beneath it. Nothing is destroyed. Suspending it
/// again changes nothing, and keeps the time of the first suspension. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = SUSPEND,
    operation_id = "suspend_organization",
    tag = TAG,
    params(OrganizationPath),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/Nothing"),
        description = "Nothing, which may be left out.",
        example = json!({}),
    ),
    responses(
        (
            status = 200,
            description = "The organization, suspended.",
            body = Organization,
            example = json!(examples::with(
                examples::organization(),
                json!({"updated_at": "2024-12-07T15:00:00.000Z", "suspended_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn suspend(
    api: Api,
    grant: Authorized<OrganizationsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    // The service insists on it as well. Here it is asked for because whose key it is goes before the path.
    grant.require_system()?;
    let reference = request.organization()?;
    let parsed = parse(&mut request).await;
    let (precondition, key) =
        within_reach(parsed, api.access().organization(&grant, &reference, Level::Row, Act::Write)).await?;
    let use_case = api.organizations().suspend(&grant.provided(precondition), reference);
    request.once(&grant, key, use_case, |organization| Answer::of(organization.clone(), to_wire)).await
}

async fn parse(request: &mut Unread) -> Result<(Precondition, Option<IdempotencyKey>), ApiError> {
    request.nothing().await?;
    Ok((request.precondition()?, request.idempotency_key()?))
}
