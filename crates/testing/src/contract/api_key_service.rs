//! The use cases of API keys.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    ApiKeyId, Error, ResourceType,
    api_keys::{ApiKey, NewApiKey, Owner},
    audit_log::{AuditAction, ChainId},
    authorization::{ApiKeysRead, ApiKeysWrite, Scopes},
    pagination::PageRequest,
};
use tokio::task::JoinSet;

use super::{
    Storage,
    steps::{assert_fails, at, entries, fresh_id, fresh_secret, grant, name},
    use_cases::UseCases,
};

fn new(text: &str) -> NewApiKey {
    NewApiKey { name: name(text), owner: Owner::System, scopes: Scopes::all(), expires_at: None }
}

/// A key is made with its secret and revoked for good: a second revocation keeps the time of the first.
pub async fn makes_and_revokes(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let issued = cases.api_keys.create(&grant, new("key")).await.unwrap();
    assert_eq!(issued.key.key_prefix, issued.secret.prefix());
    assert_eq!(storage.find_api_key_by_hash(&issued.secret.hash()).await.unwrap().as_ref(), Some(&issued.key));

    cases.clock.set(at(10));
    let revoked = cases.api_keys.revoke(&grant, issued.key.id).await.unwrap();
    assert_eq!(revoked, ApiKey { revoked_at: Some(at(10)), updated_at: at(10), ..issued.key });
    cases.clock.set(at(20));
    assert_eq!(cases.api_keys.revoke(&grant, revoked.id).await.unwrap(), revoked);
    let unknown = ApiKeyId::new(fresh_id());
    assert_fails!(cases.api_keys.revoke(&grant, unknown).await, Error::NotFound(ResourceType::ApiKey));

    let read = super::steps::grant::<ApiKeysRead>();
    let list = cases.api_keys.list(&read, &PageRequest::default()).await.unwrap();
    assert_eq!(list.items(), [revoked]);
    let actions: Vec<AuditAction> =
        entries(&*storage, ChainId::INSTALLATION).await.iter().map(|entry| entry.record.action).collect();
    assert_eq!(actions, [AuditAction::ApiKeyCreate, AuditAction::ApiKeyRevoke]);
}

/// A key that would have expired already is not made.
pub async fn an_end_must_lie_ahead(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    for end in [at(-1), at(0)] {
        let refused = cases.api_keys.create(&grant, NewApiKey { expires_at: Some(end), ..new("key") }).await;
        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "expires_at"), "{refused:?}");
    }
    let made = cases.api_keys.create(&grant, NewApiKey { expires_at: Some(at(1)), ..new("key") }).await.unwrap();
    assert_eq!(made.key.expires_at, Some(at(1)));
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);
}

/// An entry tells all of a key but its secret and its hash.
pub async fn details_never_hold_a_secret(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let issued = cases.api_keys.create(&grant, new("key")).await.unwrap();
    cases.api_keys.revoke(&grant, issued.key.id).await.unwrap();
    let entries = entries(&*storage, ChainId::INSTALLATION).await;
    let details: Vec<Value> =
        entries.iter().map(|entry| serde_json::from_str(&entry.record.details).unwrap()).collect();
    let made = json!({
        "name": "key",
        "key_prefix": issued.key.key_prefix.as_str(),
        "owner": { "type": "system" },
        "scopes": ["admin:*"],
        "expires_at": null,
        "revoked_at": null,
    });
    let revoked_at = at(0).to_string();
    assert_eq!(
        details,
        [
            json!({ "owner": null, "before": null, "after": made }),
            json!({ "owner": null, "before": { "revoked_at": null }, "after": { "revoked_at": revoked_at } }),
        ]
    );
}

/// Seeing to it that a system key is there makes it once, however often and from however many sides it is asked for.
pub async fn a_system_key_is_made_once(storage: Arc<dyn Storage>) {
    let (cases, secret) = (UseCases::over(&storage), fresh_secret());
    let asked = (0..10).map(|_| {
        let (api_keys, secret) = (cases.api_keys.clone(), secret.clone());
        async move { api_keys.ensure_system_key(&grant::<ApiKeysWrite>(), name("bootstrap"), &secret).await }
    });
    let answers = asked.collect::<JoinSet<_>>().join_all().await;
    let keys: Vec<ApiKey> = answers.into_iter().map(Result::unwrap).collect();
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert_eq!((keys[0].owner, &keys[0].scopes), (Owner::System, &Scopes::all()));
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);
}

/// A system key that was revoked, or has expired, does not come back.
pub async fn a_system_key_does_not_come_back(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let revoked = cases.api_keys.create(&grant, new("revoked")).await.unwrap();
    cases.api_keys.revoke(&grant, revoked.key.id).await.unwrap();
    let expired = cases.api_keys.create(&grant, NewApiKey { expires_at: Some(at(1)), ..new("expired") }).await.unwrap();
    cases.clock.set(at(1));
    for secret in [revoked.secret, expired.secret] {
        assert_fails!(cases.api_keys.ensure_system_key(&grant, name("bootstrap"), &secret).await, Error::Conflict(_));
    }
}
