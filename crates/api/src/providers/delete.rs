//! `DELETE /admin/v1/dynamic-providers/{id}`

use serde_json::json;
use tenancy_api_types::{dry_run::Deletion, providers::DynamicProvider};
use tenancy_domain::authorization::ProvidersWrite;

use super::{ITEM, TAG, path::ProviderPath, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    dry_run::{self, DryRun},
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Delete a dynamic provider.
///
/// For good, with its key. Its name is free at once.
#[utoipa::path(
    delete,
    path = ITEM,
    operation_id = "delete_dynamic_provider",
    tag = TAG,
    params(ProviderPath, DryRun),
    responses(
        (
            status = 200,
            description = "The provider as it was; of a dry run, that it would be destroyed.",
            body = Deletion<DynamicProvider>,
            examples(
                ("deleted" = (value = json!(examples::provider()))),
                ("dry_run" = (value = json!(examples::dry_run(json!({"dynamic_providers": 1}))))),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(api: Api, grant: Authorized<ProvidersWrite>, request: Unread) -> Result<Answer, ApiError> {
    let id = request.provider()?;
    let (is_dry_run, precondition) = within_reach(DryRun::alone(&request), api.providers().ensure(&grant, id)).await?;
    let grant = grant.provided(precondition);
    if is_dry_run {
        return Ok(dry_run::answer(api.providers().rehearse_deletion(&grant, id).await?));
    }
    let provider = api.providers().delete(&grant, id).await?;
    Ok(Answer::of(provider, to_wire))
}
