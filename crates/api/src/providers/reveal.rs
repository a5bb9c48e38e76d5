//! `POST /admin/v1/dynamic-providers/{id}/reveal`

use actix_web::HttpResponse;
use tenancy_api_types::{providers::RevealedApiKey, secret::Secret};
use tenancy_domain::authorization::ProvidersReveal;

use super::{REVEAL, TAG, path::ProviderPath};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    reach::within_reach,
};

/// Reveal the key of a dynamic provider.
///
/// The key as it was sent. It takes the scope `admin:providers:reveal`, which no other but `admin:*` gives, and of a user's
/// key at least the role `admin` in the organization. Each time leaves an entry in the audit log before the answer. Without
/// a key it is 409. No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = REVEAL,
    operation_id = "reveal_dynamic_provider",
    tag = TAG,
    params(ProviderPath),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/Nothing"),
        description = "Nothing, which may be left out.",
        example = json!({}),
    ),
    responses(
        (
            status = 200,
            description = "The key.",
            body = RevealedApiKey,
            example = json!({"api_key": "sk-0000000000000000000000000000000000004f2a"}),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn reveal(
    api: Api,
    grant: Authorized<ProvidersReveal>,
    mut request: Unread,
) -> Result<HttpResponse, ApiError> {
    let id = request.provider()?;
    let parsed = request.nothing().await;
    within_reach(parsed, api.providers().ensure(&grant, id)).await?;
    let key = api.providers().reveal(&grant, id).await?;
    Ok(HttpResponse::Ok().json(RevealedApiKey { api_key: Secret::new(key.expose()) }))
}
