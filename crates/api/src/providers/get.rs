//! `GET /admin/v1/dynamic-providers/{id}`

use tenancy_api_types::providers::DynamicProvider;
use tenancy_domain::authorization::ProvidersRead;

use super::{ITEM, TAG, path::ProviderPath, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Get a dynamic provider.
///
/// Without its key.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_dynamic_provider",
    tag = TAG,
    params(ProviderPath),
    responses(
        (
            status = 200,
            description = "The provider.",
            body = DynamicProvider,
            example = json!(examples::provider()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<ProvidersRead>, request: Unread) -> Result<Answer, ApiError> {
    let id = request.provider()?;
    let precondition = within_reach(request.only_precondition(), api.providers().ensure(&grant, id)).await?;
    let provider = api.providers().get(&grant, id).await?;
    Answer::found(provider, to_wire, &precondition)
}
