//! The rules of the secrets of keys.

use std::sync::Arc;

use tenancy_domain::{
    Error, ResourceType,
    api_keys::{ApiKey, Credential, SecretHash},
    owners::{Owner, OwnerState},
};

use super::{
    Storage,
    steps::{
        api_key, api_key_of, assert_fails, at, find_by_hash, fresh_secret, insert, insert_key, organization,
        replace_secret, update_key,
    },
};

/// The error of a secret that some key has, or had.
macro_rules! secret_taken {
    () => {
        Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" }
    };
}

fn fresh_hash() -> SecretHash {
    fresh_secret().hash()
}

/// A key is found by the hash of its secret, also once it is revoked or expired; by another hash none is.
pub async fn lead_to_their_keys_whatever_their_state(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let (valid, valid_hash) = api_key("valid");
    let (revoked, revoked_hash) = api_key("revoked");
    let (expired, expired_hash) = api_key_of(Owner::Organization(acme.id), "expired");
    let revoked = ApiKey { revoked_at: Some(at(1)), ..revoked };
    let expired = ApiKey { expires_at: Some(at(-1)), ..expired };
    for (key, hash) in [(valid, valid_hash), (revoked, revoked_hash), (expired, expired_hash)] {
        assert_eq!(storage.find_credential(&hash).await.unwrap(), None);
        insert_key(&*storage, &key, &hash).await.unwrap();
        let credential = storage.find_credential(&hash).await.unwrap();
        assert_eq!(credential, Some(Credential { key, valid_until: None, owner_state: OwnerState::Active }));
    }
    assert_eq!(storage.find_credential(&fresh_hash()).await.unwrap(), None);
}

/// A second key of one secret is refused, and leaves the first as it is.
pub async fn belong_to_one_key(storage: Arc<dyn Storage>) {
    let ((first, hash), (second, second_hash)) = (api_key("first"), api_key("second"));
    insert_key(&*storage, &first, &hash).await.unwrap();
    assert_fails!(insert_key(&*storage, &second, &hash).await, secret_taken!());
    assert_fails!(update_key(&*storage, second.id, ApiKey::clone).await, Error::NotFound(ResourceType::ApiKey));

    // Nor is it given to another key, or to the same one again.
    insert_key(&*storage, &second, &second_hash).await.unwrap();
    assert_fails!(replace_secret(&*storage, second.id, &hash, Some(at(9))).await, secret_taken!());
    assert_fails!(replace_secret(&*storage, first.id, &hash, Some(at(9))).await, secret_taken!());
    for (key, hash) in [(first, hash), (second, second_hash)] {
        let credential = storage.find_credential(&hash).await.unwrap();
        assert_eq!(credential, Some(Credential { key, valid_until: None, owner_state: OwnerState::Active }));
    }
}

/// A secret that was replaced is known until its grace is over and beyond, together with the end of the grace; the new
/// one is the key's own.
pub async fn a_former_one_tells_its_end(storage: Arc<dyn Storage>) {
    let (key, first) = api_key("key");
    let (other, other_hash) = api_key("other");
    insert_key(&*storage, &key, &first).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    let second = fresh_hash();
    // Long over, by any clock: storage has none, and leaves the judgement to who asks.
    for (hash, until) in [(second, at(9)), (fresh_hash(), at(-9))] {
        let own = if hash == second { first } else { second };
        replace_secret(&*storage, key.id, &hash, Some(until)).await.unwrap();
        let former = storage.find_credential(&own).await.unwrap();
        let credential = Credential { key: key.clone(), valid_until: Some(until), owner_state: OwnerState::Active };
        assert_eq!(former, Some(credential.clone()));
        let new = storage.find_credential(&hash).await.unwrap();
        assert_eq!(new, Some(Credential { valid_until: None, ..credential }));
    }
    // The one before the one before ended with the second replacement.
    assert_eq!(storage.find_credential(&first).await.unwrap(), None);
    let untouched = storage.find_credential(&other_hash).await.unwrap();
    assert_eq!(untouched, Some(Credential { key: other, valid_until: None, owner_state: OwnerState::Active }));
}

/// Without a grace all older secrets of a key end at once, the one whose grace still ran too, and no other key's.
pub async fn without_a_grace_all_older_ones_end(storage: Arc<dyn Storage>) {
    let ((key, first), (other, other_hash)) = (api_key("key"), api_key("other"));
    insert_key(&*storage, &key, &first).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    let (second, third) = (fresh_hash(), fresh_hash());
    replace_secret(&*storage, key.id, &second, Some(at(1_000_000))).await.unwrap();
    replace_secret(&*storage, key.id, &third, None).await.unwrap();
    for ended in [first, second] {
        assert_eq!(storage.find_credential(&ended).await.unwrap(), None);
    }
    assert_eq!(find_by_hash(&*storage, &third).await, Some(key));
    assert_eq!(find_by_hash(&*storage, &other_hash).await, Some(other));
}

/// A secret that a key had is not taken for another key, nor for the same one again: it does not come back.
pub async fn an_ended_one_does_not_come_back(storage: Arc<dyn Storage>) {
    let ((key, first), second) = (api_key("key"), fresh_hash());
    insert_key(&*storage, &key, &first).await.unwrap();
    replace_secret(&*storage, key.id, &second, None).await.unwrap();
    assert_fails!(insert_key(&*storage, &api_key("other").0, &first).await, secret_taken!());
    assert_fails!(replace_secret(&*storage, key.id, &first, None).await, secret_taken!());
    assert_eq!(storage.find_credential(&first).await.unwrap(), None);
    assert_eq!(find_by_hash(&*storage, &second).await, Some(key));
}
