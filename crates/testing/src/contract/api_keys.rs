//! The rules of `ApiKeyRepository` and `ApiKeyWriter`.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId, Error, ResourceType,
    api_keys::ApiKey,
    authorization::{Scope, Scopes},
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{api_key, assert_fails, at, everything, fresh_id, insert_key, name, update_key},
};

/// A key is found by the hash of its secret, also once it is revoked or expired; by another hash none is.
pub async fn are_found_by_hash_whatever_their_state(storage: Arc<dyn Storage>) {
    let (valid, valid_hash) = api_key("valid");
    let (revoked, revoked_hash) = api_key("revoked");
    let (expired, expired_hash) = api_key("expired");
    let revoked = ApiKey { revoked_at: Some(at(1)), ..revoked };
    let expired = ApiKey { expires_at: Some(at(-1)), ..expired };
    for (key, hash) in [(valid, valid_hash), (revoked, revoked_hash), (expired, expired_hash)] {
        assert_eq!(storage.find_api_key_by_hash(&hash).await.unwrap(), None);
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(storage.find_api_key_by_hash(&hash).await.unwrap(), Some(key));
    }
    assert_eq!(storage.find_api_key_by_hash(&api_key("unknown").1).await.unwrap(), None);
}

/// A second key of one secret is refused, and leaves the first as it is.
pub async fn a_secret_belongs_to_one_key(storage: Arc<dyn Storage>) {
    let ((first, hash), (second, _)) = (api_key("first"), api_key("second"));
    insert_key(&*storage, &first, &hash).await.unwrap();
    assert_fails!(
        insert_key(&*storage, &second, &hash).await,
        Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" }
    );
    assert_eq!(storage.find_api_key_by_hash(&hash).await.unwrap(), Some(first));
    assert_fails!(update_key(&*storage, second.id, ApiKey::clone).await, Error::NotFound(ResourceType::ApiKey));
}

/// A unit of work locks a key by its id, revoked or not.
pub async fn are_locked_by_id_whatever_their_state(storage: Arc<dyn Storage>) {
    let (key, hash) = api_key("key");
    insert_key(&*storage, &key, &hash).await.unwrap();
    let revoked = update_key(&*storage, key.id, |key| ApiKey { revoked_at: Some(at(1)), ..key.clone() }).await;
    let again = update_key(&*storage, key.id, ApiKey::clone).await;
    assert_eq!(again.unwrap(), revoked.unwrap());
    let unknown = ApiKeyId::new(fresh_id());
    assert_fails!(update_key(&*storage, unknown, ApiKey::clone).await, Error::NotFound(ResourceType::ApiKey));
}

/// A write replaces every editable field, leaves the secret as it is, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let ((key, hash), (other, other_hash)) = (api_key("key"), api_key("other"));
    insert_key(&*storage, &key, &hash).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    let change = |key: &ApiKey| ApiKey {
        name: name("renamed"),
        scopes: Scopes::new([Scope::parse("reports:read").unwrap()]).unwrap(),
        expires_at: Some(at(9)),
        updated_at: at(7),
        revoked_at: Some(at(7)),
        ..key.clone()
    };
    let written = update_key(&*storage, key.id, change).await.unwrap();
    assert_eq!(written, change(&key));
    assert_eq!(storage.find_api_key_by_hash(&hash).await.unwrap(), Some(written));
    // What was set can be cleared.
    update_key(&*storage, key.id, |key| ApiKey { expires_at: None, scopes: Scopes::default(), ..key.clone() })
        .await
        .unwrap();
    let cleared = storage.find_api_key_by_hash(&hash).await.unwrap().unwrap();
    assert_eq!((cleared.expires_at, cleared.scopes), (None, Scopes::default()));
    assert_eq!(storage.find_api_key_by_hash(&other_hash).await.unwrap(), Some(other));
}

/// A list shows all keys, revoked and expired ones too, the newest first.
pub async fn are_listed_whatever_their_state(storage: Arc<dyn Storage>) {
    let mut keys = Vec::new();
    for (n, text) in (0..).zip(["valid", "revoked", "expired"]) {
        let (key, hash) = api_key(text);
        let key = ApiKey {
            created_at: at(n),
            updated_at: at(n),
            revoked_at: (text == "revoked").then_some(at(n)),
            expires_at: (text == "expired").then_some(at(n)),
            ..key
        };
        insert_key(&*storage, &key, &hash).await.unwrap();
        keys.insert(0, key);
    }
    let page = storage.list_api_keys(everything(), &PageRequest::default()).await.unwrap();
    assert_eq!(page.into_items(), keys);
}
