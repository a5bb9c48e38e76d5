//! Steps with API keys.

use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeySecret, NewApiKey, SecretHash},
    audit_log::AuditAction,
    authorization::{Scope, Scopes},
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, SECRETS, at, everything, fresh_id, name, record};

/// A secret that nobody has.
pub(in crate::contract) fn fresh_secret() -> ApiKeySecret {
    ApiKeySecret::generate(&**SECRETS).unwrap()
}

/// A new key of the installation, and the hash of its secret.
pub(in crate::contract) fn api_key(text: &str) -> (ApiKey, SecretHash) {
    api_key_of(Owner::System, text)
}

/// A new key of `owner`, and the hash of its secret.
pub(in crate::contract) fn api_key_of(owner: Owner, text: &str) -> (ApiKey, SecretHash) {
    let secret = fresh_secret();
    let new = NewApiKey { name: name(text), owner: owner.into(), scopes: Scopes::all(), expires_at: None };
    (ApiKey::create(ApiKeyId::new(fresh_id()), owner, new, secret.prefix(), at(0)), secret.hash())
}

/// What a system key is made from that may do everything.
pub(in crate::contract) fn system_key(text: &str) -> NewApiKey {
    NewApiKey { name: name(text), owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None }
}

/// These scopes.
pub(in crate::contract) fn scopes(texts: &[&str]) -> Scopes {
    Scopes::new(texts.iter().map(|text| Scope::parse(*text).unwrap())).unwrap()
}

/// Adds a key in a unit of work of its own.
pub(in crate::contract) async fn insert_key(
    storage: &dyn Storage,
    key: &ApiKey,
    hash: &SecretHash,
) -> Result<(), Error> {
    let record = record(AuditAction::ApiKeyCreate, key);
    let (key, hash) = (key.clone(), *hash);
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_api_key(&key, &hash).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Locks a key and writes what `change` makes of it, in a unit of work of its own.
pub(in crate::contract) async fn update_key(
    storage: &dyn Storage,
    id: ApiKeyId,
    change: impl FnOnce(&ApiKey) -> ApiKey + Send + 'static,
) -> Result<ApiKey, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_api_key(everything(), id).await?);
                transaction.update_api_key(&written).await?;
                let record = record(AuditAction::ApiKeyRevoke, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Gives a key another secret, in a unit of work of its own.
pub(in crate::contract) async fn replace_secret(
    storage: &dyn Storage,
    id: ApiKeyId,
    hash: &SecretHash,
    former_until: Option<Timestamp>,
) -> Result<(), Error> {
    let hash = *hash;
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let key = transaction.lock_api_key(everything(), id).await?;
                transaction.replace_api_key_secret(id, &hash, former_until).await?;
                Ok(Outcome::Changed((), record(AuditAction::ApiKeyRotate, &key).into()))
            })
        })
        .await
}

/// The key of which a secret has this hash, if any.
pub(in crate::contract) async fn find_by_hash(storage: &dyn Storage, hash: &SecretHash) -> Option<ApiKey> {
    storage.find_credential(hash).await.unwrap().map(|credential| credential.key)
}

/// The first page of all keys.
pub(in crate::contract) async fn all_keys(storage: &dyn Storage) -> Vec<ApiKey> {
    let page = storage.list_api_keys(everything(), ApiKeyFilter::All, &PageRequest::default()).await;
    page.unwrap().into_items()
}
