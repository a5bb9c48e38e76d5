//! The rules of `ApiKeyRepository` and `ApiKeyWriter`; those of secrets are in `api_key_secrets`.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId, OrganizationId, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, KeyPrefix},
    audit_log::ChainId,
    authorization::Scopes,
    owners::{Owner, OwnerType},
    pagination::PageRequest,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        all_keys, api_key, api_key_of, assert_fails, at, entries, everything, find_by_hash, fresh_id, insert,
        insert_key, name, no_key, organization, scopes, update_key,
    },
};

/// A key is found by its id, also once it is revoked or expired; by another id none is.
pub async fn are_found_by_id_whatever_their_state(storage: Arc<dyn Storage>) {
    let (valid, valid_hash) = api_key("valid");
    let (revoked, revoked_hash) = api_key("revoked");
    let (expired, expired_hash) = api_key("expired");
    let revoked = ApiKey { revoked_at: Some(at(1)), ..revoked };
    let expired = ApiKey { expires_at: Some(at(-1)), ..expired };
    for (key, hash) in [(valid, valid_hash), (revoked, revoked_hash), (expired, expired_hash)] {
        assert_fails!(storage.find_api_key(everything(), key.id).await, no_key!());
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(storage.find_api_key(everything(), key.id).await.unwrap(), key);
    }
}

/// A unit of work locks a key by its id, revoked or not.
pub async fn are_locked_by_id_whatever_their_state(storage: Arc<dyn Storage>) {
    let (key, hash) = api_key("key");
    insert_key(&*storage, &key, &hash).await.unwrap();
    let revoked = update_key(&*storage, key.id, |key| ApiKey { revoked_at: Some(at(1)), ..key.clone() }).await;
    let again = update_key(&*storage, key.id, ApiKey::clone).await;
    assert_eq!(again.unwrap(), revoked.unwrap());
    assert_fails!(update_key(&*storage, ApiKeyId::new(fresh_id()), ApiKey::clone).await, no_key!());
}

/// A write replaces every editable field, leaves the secret as it is, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let ((key, hash), (other, other_hash)) = (api_key("key"), api_key("other"));
    insert_key(&*storage, &key, &hash).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    let change = |key: &ApiKey| ApiKey {
        name: name("renamed"),
        key_prefix: KeyPrefix::parse("anotherP").unwrap(),
        scopes: scopes(&["reports:read"]),
        expires_at: Some(at(9)),
        updated_at: at(7),
        revoked_at: Some(at(7)),
        rotated_at: Some(at(6)),
        rotation_grace_until: Some(at(8)),
        version: 2,
        ..key.clone()
    };
    let written = update_key(&*storage, key.id, change).await.unwrap();
    assert_eq!(written, change(&key));
    assert_eq!(find_by_hash(&*storage, &hash).await, Some(written));
    // What was set can be cleared.
    let clear = |key: &ApiKey| ApiKey {
        scopes: Scopes::default(),
        expires_at: None,
        revoked_at: None,
        rotated_at: None,
        rotation_grace_until: None,
        ..key.clone()
    };
    let cleared = update_key(&*storage, key.id, clear).await.unwrap();
    assert_eq!(find_by_hash(&*storage, &hash).await, Some(cleared));
    assert_eq!(find_by_hash(&*storage, &other_hash).await, Some(other));
}

/// A write of a key that is not there is refused.
pub async fn an_unknown_one_is_not_written(storage: Arc<dyn Storage>) {
    let (key, _) = api_key("key");
    let unit = storage.execute::<(), _>(move |transaction| {
        Box::pin(async move {
            assert_fails!(transaction.update_api_key(&key).await, no_key!());
            Ok(Outcome::Unchanged(()))
        })
    });
    unit.await.unwrap();
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
    assert_eq!(all_keys(&*storage).await, keys);
}

/// A filter lets through the keys of one kind of owner, or of one owner.
pub async fn lists_are_filtered(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let acme = Owner::Organization(acme.id);
    let other = Owner::Organization(other.id);
    let owners = [Owner::System, acme, other, acme, Owner::System];
    for (n, owner) in (0..).zip(owners) {
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &ApiKey { created_at: at(-n), ..key }, &hash).await.unwrap();
    }

    let nobody = Owner::Organization(OrganizationId::new(fresh_id()));
    for (filter, expected) in [
        (ApiKeyFilter::All, &owners[..]),
        (ApiKeyFilter::OwnerType(OwnerType::System), &[Owner::System, Owner::System]),
        (ApiKeyFilter::OwnerType(OwnerType::Organization), &[acme, other, acme]),
        (ApiKeyFilter::OwnerType(OwnerType::Project), &[]),
        (ApiKeyFilter::OwnerType(OwnerType::User), &[]),
        (ApiKeyFilter::Owner(Owner::System), &[Owner::System, Owner::System]),
        (ApiKeyFilter::Owner(acme), &[acme, acme]),
        (ApiKeyFilter::Owner(other), &[other]),
        (ApiKeyFilter::Owner(nobody), &[]),
    ] {
        let page = storage.list_api_keys(everything(), filter, &PageRequest::default()).await.unwrap();
        assert!(!page.has_more());
        let listed: Vec<Owner> = page.items().iter().map(|key| key.owner).collect();
        assert_eq!(listed, expected, "{filter:?}");
    }
}

/// The time of the last use only ever goes forward, and is no change of the key: a later write of the key leaves it.
pub async fn the_last_use_is_noted(storage: Arc<dyn Storage>) {
    let ((key, hash), (other, other_hash)) = (api_key("key"), api_key("other"));
    insert_key(&*storage, &key, &hash).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    storage.record_api_key_uses(&[]).await.unwrap();
    let unknown = ApiKeyId::new(fresh_id());
    let used = |last_used_at: Option<Timestamp>| ApiKey { last_used_at, ..key.clone() };
    for (noted, expected) in [(at(5), at(5)), (at(4), at(5)), (at(5), at(5)), (at(6), at(6))] {
        storage.record_api_key_uses(&[(unknown, noted), (key.id, noted)]).await.unwrap();
        assert_eq!(storage.find_api_key(everything(), key.id).await.unwrap(), used(Some(expected)));
    }
    // Several at once, and one of them twice.
    storage.record_api_key_uses(&[(key.id, at(9)), (other.id, at(7)), (key.id, at(8))]).await.unwrap();
    assert_eq!(find_by_hash(&*storage, &hash).await, Some(used(Some(at(9)))));
    assert_eq!(find_by_hash(&*storage, &other_hash).await, Some(ApiKey { last_used_at: Some(at(7)), ..other }));
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 2);

    // Whoever writes the key has read it before its last use, perhaps.
    update_key(&*storage, key.id, |key| ApiKey { last_used_at: None, version: 2, ..key.clone() }).await.unwrap();
    let written = storage.find_api_key(everything(), key.id).await.unwrap();
    assert_eq!((written.last_used_at, written.version), (Some(at(9)), 2));
}
