//! The rules of `ApiKeyRepository` and `ApiKeyWriter`; those of secrets are in `api_key_secrets`.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId, Error, OrganizationId, ProjectId, ResourceType, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, KeyPrefix, Owner, OwnerRef, OwnerType},
    audit_log::ChainId,
    authorization::Scopes,
    pagination::PageRequest,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        all_keys, api_key, api_key_of, assert_fails, at, delete, entries, everything, find_by_hash, fresh_id, insert,
        insert_key, name, no_key, no_organization, organization, scopes, update_key,
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

/// The keys of a deleted organization are nowhere but where a secret is looked up, which tells that the owner is gone.
pub async fn those_of_a_deleted_organization_are_hidden(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let (key, hash) = api_key_of(Owner::Organization(acme.id), "key");
    let (live, live_hash) = api_key_of(Owner::Organization(other.id), "live");
    insert_key(&*storage, &key, &hash).await.unwrap();
    insert_key(&*storage, &live, &live_hash).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();

    let credential = storage.find_credential(&hash).await.unwrap().unwrap();
    assert_eq!((&credential.key, credential.owner_is_live), (&key, false));
    assert!(storage.find_credential(&live_hash).await.unwrap().unwrap().owner_is_live);
    assert_fails!(storage.find_api_key(everything(), key.id).await, no_key!());
    assert_eq!(storage.find_api_key(everything(), live.id).await.unwrap(), live);
    assert_fails!(update_key(&*storage, key.id, ApiKey::clone).await, no_key!());
    for (filter, expected) in [
        (ApiKeyFilter::All, &[live.clone()][..]),
        (ApiKeyFilter::OwnerType(OwnerType::Organization), &[live]),
        (ApiKeyFilter::Owner(Owner::Organization(acme.id)), &[]),
    ] {
        let page = storage.list_api_keys(everything(), filter, &PageRequest::default()).await.unwrap();
        assert_eq!(page.items(), expected, "{filter:?}");
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

/// An owner is locked as long as it is live; what is not there is told by its kind.
pub async fn live_owners_alone_can_be_locked(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let lock = async |owner: OwnerRef| -> Result<Owner, Error> {
        let unit = storage.execute(move |transaction| {
            Box::pin(async move { transaction.lock_api_key_owner(everything(), &owner).await.map(Outcome::Unchanged) })
        });
        unit.await
    };
    for owner in [Owner::System, Owner::Organization(acme.id)] {
        assert_eq!(lock(owner.into()).await.unwrap(), owner);
    }
    let id = fresh_id();
    assert_fails!(lock(OwnerRef::Organization(OrganizationId::new(id))).await, no_organization!());
    assert_fails!(lock(OwnerRef::Project(ProjectId::new(id))).await, Error::NotFound(ResourceType::Project));
    assert_fails!(lock(OwnerRef::User(UserId::new(id))).await, Error::NotFound(ResourceType::User));
    delete(&*storage, acme.id).await.unwrap();
    assert_fails!(lock(OwnerRef::Organization(acme.id)).await, no_organization!());
}

/// The keys of an organization that are not revoked are counted, expired ones too, and nobody else's.
pub async fn those_not_revoked_are_counted(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let count = async |id: OrganizationId| -> u64 {
        let unit = storage.execute(move |transaction| {
            Box::pin(async move { transaction.count_api_keys(id).await.map(Outcome::Unchanged) })
        });
        unit.await.unwrap()
    };
    assert_eq!(count(acme.id).await, 0);
    let owner = Owner::Organization(acme.id);
    for (owner, revoked_at, expires_at) in [
        (owner, None, None),
        (owner, None, Some(at(-1))),
        (owner, Some(at(1)), None),
        (Owner::System, None, None),
        (Owner::Organization(other.id), None, None),
    ] {
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &ApiKey { revoked_at, expires_at, ..key }, &hash).await.unwrap();
    }
    assert_eq!((count(acme.id).await, count(other.id).await), (2, 1));

    // Its own writes count.
    let (key, hash) = api_key_of(owner, "key");
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            transaction.insert_api_key(&key, &hash).await?;
            transaction.count_api_keys(acme.id).await.map(Outcome::Unchanged)
        })
    });
    assert_eq!(unit.await.unwrap(), 3);
}
