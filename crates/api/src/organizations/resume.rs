//! `POST /admin/v1/organizations/{slug}/resume`

use serde_json::json;
use tenancy_api_types::organizations::Organization;
use tenancy_domain::{
    Precondition,
    authorization::{Act, Level, OrganizationsWrite},
    idempotency::IdempotencyKey,
};

use super::{RESUME, TAG, path::OrganizationPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Resume an organization.
///
/// For system keys alone. Ends a suspension: keys work again that worked before, and members reach it again. Resuming one that
/// is not suspended changes nothing. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = RESUME,
    operation_id = "resume_organization",
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
            description = "The organization, not suspended any more.",
            body = Organization,
            example = json!(examples::with(
                examples::organization(),
                json!({"updated_at": "2024-12-07T16:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn resume(
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
    let use_case = api.organizations().resume(&grant.provided(precondition), reference);
    request.once(&grant, key, use_case, |organization| Answer::of(organization.clone(), to_wire)).await
}

async fn parse(request: &mut Unread) -> Result<(Precondition, Option<IdempotencyKey>), ApiError> {
    request.nothing().await?;
    Ok((request.precondition()?, request.idempotency_key()?))
}
