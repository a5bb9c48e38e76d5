//! The use cases of API keys: making, changing and revoking them, and what the audit log tells of it.

use std::{fmt::Write, sync::Arc};

use serde_json::{Value, json};
use tenancy_domain::{
    ApiKeyId, Error,
    api_keys::{ApiKey, ApiKeyChanges, ApiKeyFilter, GracePeriod, NewApiKey},
    audit_log::{AuditAction, AuditEntry, ChainId},
    authorization::{ApiKeysRead, ApiKeysWrite, Scopes},
    organizations::OrganizationRef,
    owners::Owner,
    pagination::PageRequest,
};
use tokio::task::JoinSet;

use super::{
    Storage,
    steps::{
        all_keys, assert_fails, at, chain_of, entries, find_by_hash, fresh_id, fresh_secret, grant, name, no_key,
        no_organization, scopes, system_key,
    },
    use_cases::UseCases,
};

/// A key is made with its secret and revoked for good: a second revocation keeps the time of the first.
pub async fn makes_and_revokes(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let issued = cases.api_keys.create(&grant, system_key("key")).await.unwrap();
    assert_eq!(issued.key.key_prefix, issued.secret.prefix());
    assert_eq!(find_by_hash(&*storage, &issued.secret.hash()).await.as_ref(), Some(&issued.key));

    cases.clock.set(at(10));
    let revoked = cases.api_keys.revoke(&grant, issued.key.id).await.unwrap();
    assert_eq!(revoked, ApiKey { revoked_at: Some(at(10)), updated_at: at(10), version: 2, ..issued.key });
    cases.clock.set(at(20));
    assert_eq!(cases.api_keys.revoke(&grant, revoked.id).await.unwrap(), revoked);
    assert_fails!(cases.api_keys.revoke(&grant, ApiKeyId::new(fresh_id())).await, no_key!());

    assert_eq!(all_keys(&*storage).await, [revoked]);
    let actions: Vec<AuditAction> =
        entries(&*storage, ChainId::INSTALLATION).await.iter().map(|entry| entry.record.action).collect();
    assert_eq!(actions, [AuditAction::ApiKeyCreate, AuditAction::ApiKeyRevoke]);
}

/// What is sent of a key is changed, and nothing else; what changes nothing writes nothing.
pub async fn changes_what_is_asked_for(storage: Arc<dyn Storage>) {
    let (cases, read, grant) = (UseCases::over(&storage), grant::<ApiKeysRead>(), grant::<ApiKeysWrite>());
    let made = cases.api_keys.create(&grant, system_key("key")).await.unwrap().key;
    cases.clock.set(at(10));
    let same = ApiKeyChanges { name: Some(name("key")), scopes: Some(Scopes::all()), expires_at: Some(None) };
    for changes in [ApiKeyChanges::default(), same] {
        assert_eq!(cases.api_keys.update(&grant, made.id, changes).await.unwrap(), made);
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);

    let mut expected = made;
    for changes in [
        ApiKeyChanges { name: Some(name("renamed")), ..ApiKeyChanges::default() },
        ApiKeyChanges { scopes: Some(scopes(&["admin:read", "billing"])), ..ApiKeyChanges::default() },
        ApiKeyChanges { expires_at: Some(Some(at(100))), ..ApiKeyChanges::default() },
        ApiKeyChanges { expires_at: Some(None), scopes: Some(Scopes::default()), ..ApiKeyChanges::default() },
    ] {
        expected.version += 1;
        expected.updated_at = at(10);
        expected.name = changes.name.clone().unwrap_or(expected.name);
        expected.scopes = changes.scopes.clone().unwrap_or(expected.scopes);
        expected.expires_at = changes.expires_at.unwrap_or(expected.expires_at);
        assert_eq!(cases.api_keys.update(&grant, expected.id, changes).await.unwrap(), expected);
        assert_eq!(cases.api_keys.get(&read, expected.id).await.unwrap(), expected);
    }
    let unknown = ApiKeyId::new(fresh_id());
    assert_fails!(cases.api_keys.update(&grant, unknown, ApiKeyChanges::default()).await, no_key!());
}

/// A key that would have expired already is not made, nor is one changed to have.
pub async fn an_end_must_lie_ahead(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let ending = |end| NewApiKey { expires_at: Some(end), ..system_key("key") };
    let made = cases.api_keys.create(&grant, ending(at(1))).await.unwrap().key;
    assert_eq!(made.expires_at, Some(at(1)));
    for end in [at(-1), at(0)] {
        let changes = ApiKeyChanges { expires_at: Some(Some(end)), ..ApiKeyChanges::default() };
        let refused = [
            cases.api_keys.create(&grant, ending(end)).await.map(|issued| issued.key),
            cases.api_keys.update(&grant, made.id, changes).await,
        ];
        for refusal in refused {
            assert!(matches!(&refusal, Err(Error::Invalid { field, .. }) if field == "expires_at"), "{refusal:?}");
        }
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);
}

/// Keys are got and listed, those of one organization apart, by either of its names.
pub async fn lists_and_gets_what_is_there(storage: Arc<dyn Storage>) {
    let (cases, read) = (UseCases::over(&storage), grant::<ApiKeysRead>());
    let acme = cases.organization("acme").await;
    let system = cases.issue(Owner::System, &[]).await.key;
    let own = cases.issue(Owner::Organization(acme.id), &[]).await.key;
    for key in [&system, &own] {
        assert_eq!(cases.api_keys.get(&read, key.id).await.unwrap(), *key);
        cases.api_keys.ensure(&read, key.id).await.unwrap();
    }
    let (all, request) = (ApiKeyFilter::All, PageRequest::default());
    assert_eq!(cases.api_keys.list(&read, all, &request).await.unwrap().items(), [own.clone(), system]);
    for text in ["acme", &acme.id.to_string()] {
        let reference = OrganizationRef::parse(text).unwrap();
        let listed = cases.api_keys.list_of_organization(&read, &reference, &request).await.unwrap();
        assert_eq!(listed.items(), std::slice::from_ref(&own));
    }
    let unknown = OrganizationRef::parse("unknown").unwrap();
    assert_fails!(cases.api_keys.list_of_organization(&read, &unknown, &request).await, no_organization!());
    assert_fails!(cases.api_keys.get(&read, ApiKeyId::new(fresh_id())).await, no_key!());
}

/// What is done to an organization's key is told in the organization's chain.
pub async fn tells_of_an_organizations_key_in_its_chain(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let acme = cases.organization("acme").await;
    let key = cases.issue(Owner::Organization(acme.id), &["billing"]).await.key;
    cases.api_keys.rotate(&grant, key.id, GracePeriod::NONE).await.unwrap();
    cases.api_keys.revoke(&grant, key.id).await.unwrap();

    let told = entries(&*storage, chain_of(&acme)).await;
    let told = told.get(1..).unwrap();
    let actions: Vec<AuditAction> = told.iter().map(|entry| entry.record.action).collect();
    assert_eq!(actions, [AuditAction::ApiKeyCreate, AuditAction::ApiKeyRotate, AuditAction::ApiKeyRevoke]);
    assert!(told.iter().all(|entry| entry.record.resource_id == key.id.uuid()));
    assert!(told.iter().all(|entry| entry.record.org_id == Some(acme.id)));
    assert_eq!(
        details(told.first().unwrap())["after"]["owner"],
        json!({ "type": "organization", "org_id": acme.id.to_string() })
    );
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await, []);
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.record.details).unwrap()
}

/// An entry tells all of a key, before and after, but its secrets and their hashes.
pub async fn details_never_hold_a_secret(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let issued = cases.api_keys.create(&grant, system_key("key")).await.unwrap();
    let id = issued.key.id;
    let renamed = ApiKeyChanges { name: Some(name("renamed")), ..ApiKeyChanges::default() };
    cases.api_keys.update(&grant, id, renamed).await.unwrap();
    let graced = cases.api_keys.rotate(&grant, id, GracePeriod::from_seconds(60).unwrap()).await.unwrap();
    let last = cases.api_keys.rotate(&grant, id, GracePeriod::NONE).await.unwrap();
    cases.api_keys.revoke(&grant, id).await.unwrap();

    let entries = entries(&*storage, ChainId::INSTALLATION).await;
    let [first_prefix, second_prefix, third_prefix] =
        [&issued, &graced, &last].map(|issued| issued.key.key_prefix.as_str().to_owned());
    let (now, grace_end) = (at(0).to_string(), at(60_000).to_string());
    let change = |before, after| json!({ "owner": null, "before": before, "after": after });
    let made = json!({
        "name": "key",
        "key_prefix": first_prefix,
        "owner": { "type": "system" },
        "scopes": ["admin:*"],
        "expires_at": null,
        "revoked_at": null,
        "rotated_at": null,
        "rotation_grace_until": null,
    });
    let expected = [
        change(Value::Null, made),
        change(json!({ "name": "key" }), json!({ "name": "renamed" })),
        change(
            json!({ "key_prefix": first_prefix, "rotated_at": null, "rotation_grace_until": null }),
            json!({ "key_prefix": second_prefix, "rotated_at": now, "rotation_grace_until": grace_end }),
        ),
        change(
            json!({ "key_prefix": second_prefix, "rotation_grace_until": grace_end }),
            json!({ "key_prefix": third_prefix, "rotation_grace_until": null }),
        ),
        change(json!({ "revoked_at": null }), json!({ "revoked_at": now })),
    ];
    assert_eq!(entries.iter().map(details).collect::<Vec<_>>(), expected);

    let told = format!("{entries:?}").to_lowercase();
    for secret in [issued.secret, graced.secret, last.secret] {
        let hash = secret.hash().as_bytes().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        assert!(!told.contains(&secret.expose().to_lowercase()));
        assert!(!told.contains(&hash));
    }
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

/// A system key that was revoked, has expired, or was given another secret whose grace is over, does not come back; nor
/// does one that may do less become one that may do everything.
pub async fn a_system_key_does_not_come_back(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let revoked = cases.api_keys.create(&grant, system_key("revoked")).await.unwrap();
    cases.api_keys.revoke(&grant, revoked.key.id).await.unwrap();
    let expired = NewApiKey { expires_at: Some(at(1)), ..system_key("expired") };
    let expired = cases.api_keys.create(&grant, expired).await.unwrap();
    let replaced = cases.api_keys.create(&grant, system_key("replaced")).await.unwrap();
    cases.api_keys.rotate(&grant, replaced.key.id, GracePeriod::NONE).await.unwrap();
    let rotated = cases.api_keys.create(&grant, system_key("rotated")).await.unwrap();
    cases.api_keys.rotate(&grant, rotated.key.id, GracePeriod::from_seconds(1).unwrap()).await.unwrap();
    let lesser = NewApiKey { scopes: Scopes::default(), ..system_key("lesser") };
    let lesser = cases.api_keys.create(&grant, lesser).await.unwrap();
    cases.clock.set(at(1_000));
    let before = all_keys(&*storage).await;
    for (issued, reason) in [
        (revoked, "this key was revoked"),
        (expired, "this key works no more"),
        (replaced, "this key was given another secret"),
        (rotated, "this key works no more"),
        (lesser, "this key is no system key with the scope admin:*"),
    ] {
        let refused = cases.api_keys.ensure_system_key(&grant, name("bootstrap"), &issued.secret).await;
        assert_eq!(refused.unwrap_err().to_string(), reason, "{}", issued.key.name);
    }
    assert_eq!(all_keys(&*storage).await, before);
}

/// When a key is used is noted once a minute, and at the end; a rejected one is not used.
pub async fn writes_uses_once_a_minute(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let issued = cases.issue(Owner::System, &[]).await;
    let used = async |now, at_the_end| {
        cases.clock.set(at(now));
        cases.bearer(&issued.secret).await;
        cases.api_keys.write_uses(at_the_end).await.unwrap();
        cases.api_keys.get(&grant::<ApiKeysRead>(), issued.key.id).await.unwrap()
    };
    for (now, at_the_end, written) in [
        (1_000, false, 1_000),
        (2_000, false, 1_000),
        (60_999, false, 1_000),
        (61_000, false, 61_000),
        (61_500, true, 61_500),
    ] {
        assert_eq!(used(now, at_the_end).await, ApiKey { last_used_at: Some(at(written)), ..issued.key.clone() });
    }
    cases.api_keys.revoke(&grant::<ApiKeysWrite>(), issued.key.id).await.unwrap();
    cases.clock.set(at(900_000));
    cases.authenticator.authenticate(issued.secret.expose()).await.unwrap().unwrap_err();
    cases.api_keys.write_uses(true).await.unwrap();
    let key = cases.api_keys.get(&grant::<ApiKeysRead>(), issued.key.id).await.unwrap();
    assert_eq!(key.last_used_at, Some(at(61_500)));
}
