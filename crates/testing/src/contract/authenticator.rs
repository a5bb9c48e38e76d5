//! From credentials to a principal, and to the name in the audit log.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error,
    api_keys::{NewApiKey, Owner, Rejection},
    audit_log::ActorType,
    authorization::{ApiKeysWrite, Caller, OrganizationsRead, OrganizationsWrite, Origin, Scope, Scopes},
    organizations::NewOrganization,
};

use super::{
    Storage,
    steps::{assert_fails, at, chain_of, entries, fresh_secret, grant, name, slug},
    use_cases::UseCases,
};

fn new(scope: &str) -> NewApiKey {
    let scopes = Scopes::new([Scope::parse(scope).unwrap()]).unwrap();
    NewApiKey { name: name("key"), owner: Owner::System, scopes, expires_at: None }
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
    let new = NewOrganization { slug: slug("acme"), name: name("Acme") };
    let made = cases.organizations.create(&grant, new).await.unwrap();
    let entries = entries(&*storage, chain_of(&made)).await;
    let record = &entries.first().unwrap().record;
    assert_eq!((record.actor_type, record.actor_id), (ActorType::ApiKey, Some(issued.key.id.uuid())));
    let details: Value = serde_json::from_str(&record.details).unwrap();
    assert_eq!(details["owner"], json!({ "type": "system" }));
}
