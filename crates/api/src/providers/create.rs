//! `POST /admin/v1/dynamic-providers`

use tenancy_api_types::providers::{CreateDynamicProvider, DynamicProvider};
use tenancy_domain::{
    authorization::ProvidersWrite,
    idempotency::IdempotencyKey,
    providers::{NewProvider, ProviderType},
};

use super::{
    COLLECTION, TAG,
    wire::{
        api_key_from_wire, base_url_from_wire, config_from_wire, models_from_wire, name_from_wire, owner_from_wire,
        to_wire,
    },
};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
};

/// Create a dynamic provider.
///
/// `api_key` is encrypted at rest, and in no answer but that which reveals it. The owner's things are written by system
/// keys, by keys of the owner and of the organization that it is beneath, and by keys of users that are at least `admin` in
/// that organization.
#[utoipa::path(
    post,
    path = COLLECTION,
    operation_id = "create_dynamic_provider",
    tag = TAG,
    request_body(
        content = CreateDynamicProvider,
        description = "What the provider is made from.",
        example = json!({
            "name": "main",
            "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
            "provider_type": "openai",
            "base_url": "https://api.example.com/v1",
            "api_key": "sk-0000000000000000000000000000000000004f2a",
            "config": {"region": "eu", "timeout_seconds": 30},
            "models": ["gpt-4o", "gpt-4o-mini"],
        }),
    ),
    responses(
        (
            status = 201,
            description = "The new provider.",
            body = DynamicProvider,
            headers(("Location" = String, description = "The path of the new provider.")),
            example = json!(examples::provider()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    api: Api,
    grant: Authorized<ProvidersWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let (new, key) = parse(&mut request).await?;
    let list = request.path().to_owned();
    request
        .once(&grant, key, api.providers().create(&grant, new), move |made| {
            Answer::of(made.clone(), to_wire).created(&list, made.id)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<(NewProvider, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: CreateDynamicProvider = request.json().await?;
    let new = NewProvider {
        name: name_from_wire(&body.name)?,
        owner: owner_from_wire(body.owner),
        provider_type: ProviderType::parse(body.provider_type).map_err(|violation| violation.of("provider_type"))?,
        base_url: base_url_from_wire(body.base_url)?,
        api_key: api_key_from_wire(body.api_key)?,
        config: config_from_wire(body.config)?,
        models: models_from_wire(body.models)?,
        is_enabled: body.is_enabled.unwrap_or(true),
    };
    Ok((new, request.idempotency_key()?))
}
