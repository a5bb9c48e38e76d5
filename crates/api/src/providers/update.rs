//! `PATCH /admin/v1/dynamic-providers/{id}`

use serde_json::json;
use tenancy_api_types::providers::{DynamicProvider, UpdateDynamicProvider};
use tenancy_domain::{Precondition, authorization::ProvidersWrite, providers::ProviderChanges};

use super::{
    ITEM, TAG,
    path::ProviderPath,
    wire::{api_key_from_wire, base_url_from_wire, config_from_wire, models_from_wire, name_from_wire, to_wire},
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Update a dynamic provider.
///
/// Changes what is sent and nothing else: `{}` changes nothing, and keeps `updated_at`. `config` and `models` take the place
/// of all of the former ones. `base_url` and `api_key` are cleared by null. Where there is a key, a new `base_url` takes
/// `api_key` as well, the same, another or null: the key that was meant for one host must not go to another one. Whose the
/// provider is, and what kind it is for, never change.
#[utoipa::path(
    patch,
    path = ITEM,
    operation_id = "update_dynamic_provider",
    tag = TAG,
    params(ProviderPath),
    request_body(
        content = UpdateDynamicProvider,
        description = "What is to be changed.",
        example = json!({"models": ["gpt-4o"], "is_enabled": false}),
    ),
    responses(
        (
            status = 200,
            description = "The provider as it is now.",
            body = DynamicProvider,
            example = json!(examples::with(
                examples::provider(),
                json!({"models": ["gpt-4o"], "is_enabled": false, "updated_at": "2024-12-07T15:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::Conflict,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(
    api: Api,
    grant: Authorized<ProvidersWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let id = request.provider()?;
    let changes = parse(&mut request).await;
    let (changes, precondition) = within_reach(changes, api.providers().ensure(&grant, id)).await?;
    let provider = api.providers().update(&grant.provided(precondition), id, changes).await?;
    Ok(Answer::of(provider, to_wire))
}

async fn parse(request: &mut Unread) -> Result<(ProviderChanges, Precondition), ApiError> {
    request.no_query()?;
    let body: UpdateDynamicProvider = request.json().await?;
    let changes = ProviderChanges {
        name: body.name.map(|name| name_from_wire(&name)).transpose()?,
        base_url: body.base_url.sent().map(base_url_from_wire).transpose()?,
        api_key: body.api_key.sent().map(api_key_from_wire).transpose()?,
        config: body.config.map(config_from_wire).transpose()?,
        models: body.models.map(models_from_wire).transpose()?,
        is_enabled: body.is_enabled,
    };
    Ok((changes, request.precondition()?))
}
