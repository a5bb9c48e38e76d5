//! Steps with dynamic providers.

use tenancy_domain::{
    Error, ProviderId,
    audit_log::AuditAction,
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
    providers::{
        BaseUrl, DynamicProvider, LastFour, ModelName, Models, NewProvider, ProviderApiKey, ProviderConfig,
        ProviderFilter, ProviderName, ProviderType, SealedApiKey,
    },
    sealing::{SealedSecret, SecretText},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, at, everything, fresh_id, master_key_id, record};

pub(in crate::contract) fn provider_name(text: &str) -> ProviderName {
    ProviderName::parse(text).unwrap()
}

pub(in crate::contract) fn base_url(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

pub(in crate::contract) fn config(text: &str) -> ProviderConfig {
    ProviderConfig::parse_json(text).unwrap()
}

pub(in crate::contract) fn models(texts: &[&str]) -> Models {
    Models::new(texts.iter().map(|text| ModelName::parse(*text).unwrap())).unwrap()
}

/// The key of a provider, in the clear.
pub(in crate::contract) fn provider_key(text: &str) -> ProviderApiKey {
    ProviderApiKey::parse(SecretText::new(text.to_owned())).unwrap()
}

/// What a provider is made from that has everything.
pub(in crate::contract) fn new_provider(owner: impl Into<OwnerRef>, text: &str) -> NewProvider {
    NewProvider {
        name: provider_name(text),
        owner: owner.into(),
        provider_type: ProviderType::parse("openai").unwrap(),
        base_url: Some(base_url("https://api.example.com/v1")),
        api_key: Some(provider_key(&format!("sk-key-of-{text}"))),
        config: config(r#"{"region":"eu"}"#),
        models: models(&["large", "small"]),
        is_enabled: true,
    }
}

/// Some sealed key, under the master key with this number: no two are the same.
pub(in crate::contract) fn sealed_key(master_key: u64) -> SealedApiKey {
    let sealed = SealedSecret::new(master_key_id(master_key), fresh_id().as_bytes().to_vec());
    SealedApiKey { sealed, last_four: Some(LastFour::parse("1234").unwrap()) }
}

/// A new provider of `owner` that has everything, with some key under the master key 1.
pub(in crate::contract) fn provider(owner: Owner, text: &str) -> DynamicProvider {
    let id = ProviderId::new(fresh_id());
    let new = new_provider(owner, text);
    DynamicProvider::create(id, owner.try_into().unwrap(), new, Some(sealed_key(1)), at(0))
}

/// Adds a provider in a unit of work of its own.
pub(in crate::contract) async fn insert_provider(
    storage: &dyn Storage,
    provider: &DynamicProvider,
) -> Result<(), Error> {
    let (provider, record) = (provider.clone(), record(AuditAction::DynamicProviderCreate, provider));
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.lock_owner(everything(), &provider.owner.owner().into()).await?;
                transaction.insert_provider(&provider).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Locks a provider and writes what `change` makes of it, in a unit of work of its own.
pub(in crate::contract) async fn update_provider(
    storage: &dyn Storage,
    id: ProviderId,
    change: impl FnOnce(&DynamicProvider) -> DynamicProvider + Send + 'static,
) -> Result<DynamicProvider, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_provider(everything(), id).await?);
                transaction.update_provider(&written).await?;
                let record = record(AuditAction::DynamicProviderUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Removes a provider for good, in a unit of work of its own.
pub(in crate::contract) async fn delete_provider(storage: &dyn Storage, id: ProviderId) -> Result<(), Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let provider = transaction.lock_provider(everything(), id).await?;
                transaction.delete_provider(id).await?;
                Ok(Outcome::Changed((), record(AuditAction::DynamicProviderDelete, &provider).into()))
            })
        })
        .await
}

/// The provider with this id.
pub(in crate::contract) async fn find_provider(
    storage: &dyn Storage,
    id: ProviderId,
) -> Result<DynamicProvider, Error> {
    storage.find_provider(everything(), id).await
}

/// The first page of the providers that `filter` lets through.
pub(in crate::contract) async fn list_providers(storage: &dyn Storage, filter: ProviderFilter) -> Vec<DynamicProvider> {
    storage.list_providers(everything(), filter, &PageRequest::default()).await.unwrap().into_items()
}
