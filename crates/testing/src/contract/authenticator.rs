//! From credentials to a principal, and to the name in the audit log.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error,
    api_keys::{NewApiKey, Rejection},
    audit_log::ActorType,
    authorization::{ApiKeysWrite, Caller, Grant, OrganizationsRead, OrganizationsWrite, Origin},
    organizations::{NewOrganization, OrganizationChanges, OrganizationRef},
    owners::OwnerRef,
};

use super::{
    Storage,
    steps::{
        assert_fails, at, chain_of, entries, fresh_secret, grant, name, no_organization, scopes, slug, system_key,
    },
    use_cases::UseCases,
};

fn new(text: &str) -> NewApiKey {
    NewApiKey { scopes: scopes(&[text]), ..system_key("key") }
}

/// A valid key lets its bearer in; one that is malformed, unknown, revoked or expired does not.
pub async fn lets_in_whom_it_should_and_tells_why_not(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let unknown = fresh_secret();
    for (key, rejection) in
        [("", Rejection::Malformed), ("tny_", Rejection::Malformed), (unknown.expose(), Rejection::Unknown)]
    {
        assert_eq!(cases.authenticator.authenticate(key).await.unwrap(), Err(rejection));
    }

    let valid = cases.api_keys.create(&grant, new("admin:read")).await.unwrap();
    let principal = cases.authenticator.authenticate(valid.secret.expose()).await.unwrap().unwrap();
    let caller = Caller::new(principal, Origin::default());
    assert!(caller.clone().authorize::<OrganizationsRead>().is_ok());
    assert_fails!(caller.authorize::<OrganizationsWrite>(), Error::Forbidden(_));

    let expiring = NewApiKey { expires_at: Some(at(10)), ..new("admin:read") };
    let expiring = cases.api_keys.create(&grant, expiring).await.unwrap();
    cases.clock.set(at(9));
    assert!(cases.authenticator.authenticate(expiring.secret.expose()).await.unwrap().is_ok());
    cases.clock.set(at(10));
    let rejected = cases.authenticator.authenticate(expiring.secret.expose()).await.unwrap();
    assert_eq!(rejected, Err(Rejection::Expired));

    // From the answer on.
    cases.api_keys.revoke(&grant, valid.key.id).await.unwrap();
    let rejected = cases.authenticator.authenticate(valid.secret.expose()).await.unwrap();
    assert_eq!(rejected, Err(Rejection::Revoked));
}

/// What the bearer of a key does is told of the key and its owner.
pub async fn names_the_key_in_the_audit_log(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let issued = cases.api_keys.create(&grant::<ApiKeysWrite>(), new("admin:write")).await.unwrap();
    let principal = cases.authenticator.authenticate(issued.secret.expose()).await.unwrap().unwrap();
    let grant = Caller::new(principal, Origin::default()).authorize::<OrganizationsWrite>().unwrap();
    let new = NewOrganization::new(slug("acme"), name("Acme"));
    let made = cases.organizations.create(&grant, new).await.unwrap();
    let entries = entries(&*storage, chain_of(&made)).await;
    let record = &entries.first().unwrap().record;
    assert_eq!((record.actor_type, record.actor_id), (ActorType::ApiKey, Some(issued.key.id.uuid())));
    let details: Value = serde_json::from_str(&record.details).unwrap();
    assert_eq!(details["owner"], json!({ "type": "system" }));
}

/// Who bears an organization's key reaches that organization, and is told so in the audit log.
pub async fn lets_an_organizations_key_reach_it(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (caller, issued) = cases.tenant(&acme, &["admin:write"]).await;
    let grant: Grant<OrganizationsWrite> = caller.authorize().unwrap();
    let renamed = || OrganizationChanges { name: Some(name("renamed")), ..OrganizationChanges::default() };
    cases.organizations.update(&grant, OrganizationRef::Id(acme.id), renamed()).await.unwrap();
    let beyond = cases.organizations.update(&grant, OrganizationRef::Id(other.id), renamed()).await;
    assert_fails!(beyond, no_organization!());
    let new = NewOrganization::new(slug("third"), name("Third"));
    assert_fails!(cases.organizations.create(&grant, new).await, Error::Forbidden(_));

    let entries = entries(&*storage, chain_of(&acme)).await;
    let record = &entries.last().unwrap().record;
    assert_eq!((record.actor_type, record.actor_id), (ActorType::ApiKey, Some(issued.key.id.uuid())));
    let details: Value = serde_json::from_str(&record.details).unwrap();
    assert_eq!(details["owner"], json!({ "type": "organization", "org_id": acme.id.to_string() }));
}

/// Of a key that is out for several reasons, revocation is told before expiry, and expiry before the owner's deletion.
pub async fn tells_the_weightiest_reason(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let acme = cases.organization("acme").await;
    let expiring = NewApiKey { owner: OwnerRef::Organization(acme.id), expires_at: Some(at(1)), ..new("billing") };
    let expired = cases.api_keys.create(&write, expiring.clone()).await.unwrap();
    let revoked = cases.api_keys.create(&write, expiring).await.unwrap();
    cases.api_keys.revoke(&write, revoked.key.id).await.unwrap();
    cases.organizations.delete(&grant::<OrganizationsWrite>(), OrganizationRef::Id(acme.id)).await.unwrap();
    let deleted = cases.authenticator.authenticate(expired.secret.expose()).await.unwrap();
    assert_eq!(deleted, Err(Rejection::OwnerDeleted));
    cases.clock.set(at(1));
    for (secret, rejection) in [(expired.secret, Rejection::Expired), (revoked.secret, Rejection::Revoked)] {
        assert_eq!(cases.authenticator.authenticate(secret.expose()).await.unwrap(), Err(rejection));
    }
}
