//! Who may do what to whose keys: nobody gives away, or takes over, more than they have.

use std::sync::Arc;

use tenancy_domain::{
    Error, OrganizationId, ProjectId, ResourceType, UserId,
    api_keys::{ApiKey, ApiKeyChanges, GracePeriod, NewApiKey, Rejection},
    authorization::{ApiKeysRead, ApiKeysVerify, ApiKeysWrite, Grant, OrganizationsWrite},
    organizations::OrganizationRef,
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{
        all_keys, assert_fails, chain_of, entries, fresh_id, grant, name, no_key, no_organization, scopes, system_key,
    },
    use_cases::{KEY_LIMIT, UseCases},
};

fn key_of(owner: impl Into<OwnerRef>, texts: &[&str]) -> NewApiKey {
    NewApiKey { name: name("key"), owner: owner.into(), scopes: scopes(texts), expires_at: None }
}

fn with_scopes(texts: &[&str]) -> ApiKeyChanges {
    ApiKeyChanges { scopes: Some(scopes(texts)), ..ApiKeyChanges::default() }
}

/// An owner that is not there, or no longer, has no keys made for it, whoever asks.
pub async fn an_owner_must_be_there(storage: Arc<dyn Storage>) {
    let (cases, delete, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>(), grant::<ApiKeysWrite>());
    let gone = cases.organization("gone").await;
    cases.organizations.delete(&delete, OrganizationRef::Id(gone.id)).await.unwrap();
    let id = fresh_id();
    for (owner, missing) in [
        (OwnerRef::Organization(OrganizationId::new(id)), ResourceType::Organization),
        (OwnerRef::Organization(gone.id), ResourceType::Organization),
        (OwnerRef::Project(ProjectId::new(id)), ResourceType::Project),
        (OwnerRef::User(UserId::new(id)), ResourceType::User),
    ] {
        let refused = cases.api_keys.create(&grant, key_of(owner, &[])).await;
        assert!(matches!(refused, Err(Error::NotFound(kind)) if kind == missing), "{owner:?}: {refused:?}");
    }
    assert_eq!(all_keys(&*storage).await, []);
    assert_eq!(entries(&*storage, chain_of(&gone)).await.len(), 2);
}

/// Who bears an organization's key makes keys of that organization alone, and no system key.
pub async fn an_organizations_key_makes_keys_of_its_own(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (caller, bearer) = cases.tenant(&acme, &["admin:*"]).await;
    let grant: Grant<ApiKeysWrite> = caller.authorize().unwrap();
    assert_fails!(cases.api_keys.create(&grant, system_key("system")).await, Error::Forbidden(_));
    let foreign = key_of(Owner::Organization(other.id), &[]);
    assert_fails!(cases.api_keys.create(&grant, foreign).await, no_organization!());
    let made = cases.api_keys.create(&grant, key_of(Owner::Organization(acme.id), &["admin:*"])).await.unwrap();
    assert_eq!(made.key.owner, Owner::Organization(acme.id));
    assert_eq!(all_keys(&*storage).await, [made.key, bearer.key]);
    assert_eq!(entries(&*storage, chain_of(&other)).await.len(), 1);
}

/// Scopes that govern this service are given by who has them; all others by anyone.
pub async fn nobody_gives_more_than_they_have(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let own = Owner::Organization(acme.id);
    let (caller, _) = cases.tenant(&acme, &["admin:api-keys:write", "admin:read"]).await;
    let grant: Grant<ApiKeysWrite> = caller.authorize().unwrap();
    let held = ["billing", "*", "admin:api-keys:write", "admin:read", "admin:members:read"];
    let made = cases.api_keys.create(&grant, key_of(own, &held)).await.unwrap().key;
    let (before, told) = (all_keys(&*storage).await, entries(&*storage, chain_of(&acme)).await);
    for beyond in ["admin:*", "admin:write", "admin:members:write", "admin:api-keys:verify"] {
        let texts = ["billing", beyond];
        assert_fails!(cases.api_keys.create(&grant, key_of(own, &texts)).await, Error::Forbidden(_));
        assert_fails!(cases.api_keys.update(&grant, made.id, with_scopes(&texts)).await, Error::Forbidden(_));
    }
    assert_eq!(all_keys(&*storage).await, before);
    assert_eq!(entries(&*storage, chain_of(&acme)).await, told);
    let changed = cases.api_keys.update(&grant, made.id, with_scopes(&["shipping"])).await.unwrap();
    assert_eq!(changed.scopes, scopes(&["shipping"]));
}

/// Who lacks a key's scopes cannot rotate it, since the new secret would give them away; to revoke it takes none.
pub async fn nobody_takes_over_more_than_they_have(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let strong = cases.issue(Owner::Organization(acme.id), &["admin:*"]).await;
    let (caller, _) = cases.tenant(&acme, &["admin:api-keys:write", "admin:read"]).await;
    let grant: Grant<ApiKeysWrite> = caller.authorize().unwrap();
    let (id, before) = (strong.key.id, all_keys(&*storage).await);
    for grace in [GracePeriod::NONE, GracePeriod::default()] {
        assert_fails!(cases.api_keys.rotate(&grant, id, grace).await, Error::Forbidden(_));
    }
    assert_eq!(all_keys(&*storage).await, before);
    cases.bearer(&strong.secret).await;
    assert!(cases.api_keys.revoke(&grant, id).await.unwrap().revoked_at.is_some());

    let equal = cases.issue(Owner::Organization(acme.id), &["admin:api-keys:read", "billing"]).await;
    cases.api_keys.rotate(&grant, equal.key.id, GracePeriod::NONE).await.unwrap();
}

/// A key beyond the caller's reach is not there, whatever is asked of it.
pub async fn what_is_beyond_reach_is_not_there(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let foreign = cases.issue(Owner::Organization(other.id), &[]).await.key;
    let system = cases.issue(Owner::System, &[]).await.key;
    let (caller, bearer) = cases.tenant(&acme, &["admin:*"]).await;
    let read: Grant<ApiKeysRead> = caller.clone().authorize().unwrap();
    let write: Grant<ApiKeysWrite> = caller.clone().authorize().unwrap();
    let verify: Grant<ApiKeysVerify> = caller.authorize().unwrap();
    let keys = &cases.api_keys;
    for ApiKey { id, .. } in [foreign, system] {
        assert_fails!(keys.get(&read, id).await, no_key!());
        assert_fails!(keys.ensure(&verify, id).await, no_key!());
        assert_fails!(keys.update(&write, id, ApiKeyChanges::default()).await, no_key!());
        assert_fails!(keys.rotate(&write, id, GracePeriod::NONE).await, no_key!());
        assert_fails!(keys.revoke(&write, id).await, no_key!());
    }
    let request = PageRequest::default();
    let listed = keys.list_of_organization(&read, &OrganizationRef::Id(other.id), &request).await;
    assert_fails!(listed, no_organization!());
    let listed = keys.list_of_organization(&read, &OrganizationRef::Id(acme.id), &request).await.unwrap();
    assert_eq!(listed.items(), [bearer.key]);
}

/// An organization has so many keys and no more; revoked ones, others' and the installation's do not count.
pub async fn an_organization_has_so_many_keys(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let new = || key_of(Owner::Organization(acme.id), &[]);
    let mut last = None;
    for _ in 0..KEY_LIMIT {
        last = Some(cases.api_keys.create(&grant, new()).await.unwrap().key.id);
    }
    assert_fails!(cases.api_keys.create(&grant, new()).await, Error::QuotaExceeded { limit: KEY_LIMIT, .. });
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len() as u64, KEY_LIMIT + 1);
    cases.issue(Owner::Organization(other.id), &[]).await;
    cases.issue(Owner::System, &[]).await;

    let last = last.unwrap();
    // A new secret makes no new key.
    cases.api_keys.rotate(&grant, last, GracePeriod::default()).await.unwrap();
    cases.api_keys.revoke(&grant, last).await.unwrap();
    cases.api_keys.create(&grant, new()).await.unwrap();
    assert_fails!(cases.api_keys.create(&grant, new()).await, Error::QuotaExceeded { .. });
}

/// With its organization every key goes at once, and nothing more is to be done with it; others' go on working.
pub async fn deletion_of_an_organization_cuts_off_its_keys(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (caller, own) = cases.tenant(&acme, &["admin:*"]).await;
    let before: Grant<ApiKeysWrite> = caller.clone().authorize().unwrap();
    let (_, foreign) = cases.tenant(&other, &["admin:*"]).await;
    let second = cases.issue(Owner::Organization(acme.id), &[]).await;
    let rotated = cases.api_keys.rotate(&before, second.key.id, GracePeriod::default()).await.unwrap();

    // By its own hand, so that no system key is needed for it.
    cases.organizations.delete(&caller.authorize().unwrap(), OrganizationRef::Id(acme.id)).await.unwrap();
    for secret in [&own.secret, &second.secret, &rotated.secret] {
        let rejected = cases.authenticator.authenticate(secret.expose()).await.unwrap();
        assert_eq!(rejected, Err(Rejection::OwnerDeleted));
    }
    cases.bearer(&foreign.secret).await;

    // A request that was let in just before, and the operator.
    for write in [before, grant()] {
        let id = own.key.id;
        assert_fails!(cases.api_keys.update(&write, id, ApiKeyChanges::default()).await, no_key!());
        assert_fails!(cases.api_keys.rotate(&write, id, GracePeriod::NONE).await, no_key!());
        assert_fails!(cases.api_keys.revoke(&write, id).await, no_key!());
        let new = key_of(Owner::Organization(acme.id), &[]);
        assert_fails!(cases.api_keys.create(&write, new).await, no_organization!());
    }
    assert_fails!(cases.api_keys.get(&grant::<ApiKeysRead>(), own.key.id).await, no_key!());
    assert_eq!(all_keys(&*storage).await, [foreign.key]);
}
