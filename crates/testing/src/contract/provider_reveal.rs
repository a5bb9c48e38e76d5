//! Who is shown the key of a dynamic provider, and what is told of it.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error, ProviderId,
    audit_log::{AuditAction, ChainId},
    authorization::{Caller, ProvidersReveal, ProvidersWrite},
    members::Role,
    owners::Owner,
    providers::{DynamicProvider, ProviderChanges},
    sealing::{SealedSecret, SecretText},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, base_url, chain_of, entries, find_provider, fresh_id, grant, no_provider, owner_of,
        provider_key, update_provider,
    },
    use_cases::UseCases,
};

async fn reveal(cases: &UseCases, caller: Caller, id: ProviderId) -> Result<String, Error> {
    let grant = caller.authorize::<ProvidersReveal>()?;
    cases.providers.reveal(&grant, id).await.map(|secret| secret.expose().to_owned())
}

async fn shown(cases: &UseCases, id: ProviderId) -> String {
    reveal(cases, Caller::command_line(), id).await.unwrap()
}

/// A key is shown as it was sent, each time with an entry in the chain of the owner's organization, which tells who and
/// when; nothing else changes.
pub async fn shows_the_key_and_tells_of_it(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = owner_of(&cases.project(&acme, "web").await);
    let ada = Owner::User(cases.user("ada").await.id);
    let own = Owner::Organization(acme.id);
    let (caller, issued) = cases.caller(own, &["admin:providers:reveal"]).await;
    for owner in [own, web, ada] {
        let chain = owner.organization().map_or(ChainId::INSTALLATION, ChainId::of_organization);
        let made = cases.provider(owner, "main").await;
        cases.clock.set(at(10));
        assert_eq!(shown(&cases, made.id).await, "sk-key-of-main");
        assert_eq!(shown(&cases, made.id).await, "sk-key-of-main");
        assert_eq!(find_provider(&*storage, made.id).await.unwrap(), made);
        let told = entries(&*storage, chain).await;
        for entry in &told[told.len() - 2..] {
            assert_eq!(entry.record.action, AuditAction::DynamicProviderReveal);
            assert_eq!((entry.record.resource_id, entry.record.timestamp), (made.id.uuid(), at(10)));
            assert_eq!((entry.record.org_id, entry.record.project_id), (owner.organization(), owner.project()));
            let details: Value = serde_json::from_str(&entry.record.details).unwrap();
            assert_eq!(details, json!({ "owner": null, "before": null, "after": null }));
        }
        if owner != ada {
            assert_eq!(reveal(&cases, caller.clone(), made.id).await.unwrap(), "sk-key-of-main");
            let last = entries(&*storage, chain).await.pop().unwrap().record;
            assert_eq!((last.action, last.actor_id), (AuditAction::DynamicProviderReveal, Some(issued.key.id.uuid())));
        }
    }
    // What was sent last is what is shown.
    let made = cases.provider(web, "other").await;
    let changes = ProviderChanges { api_key: Some(Some(provider_key("sk-another"))), ..ProviderChanges::default() };
    cases.providers.update(&grant(), made.id, changes).await.unwrap();
    assert_eq!(shown(&cases, made.id).await, "sk-another");
}

/// Whatever is done with a provider, no entry holds a key, nor its last characters.
pub async fn the_audit_log_never_holds_a_key(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let ada = cases.user("ada").await;
    for owner in [Owner::Organization(acme.id), Owner::User(ada.id)] {
        let made = cases.provider(owner, "hunter2").await;
        let key = || Some(Some(provider_key("sk-hunter2-of-another-kind")));
        for changes in [
            ProviderChanges { api_key: key(), ..ProviderChanges::default() },
            ProviderChanges {
                base_url: Some(Some(base_url("https://other.example.com"))),
                api_key: key(),
                ..ProviderChanges::default()
            },
            ProviderChanges { api_key: Some(None), ..ProviderChanges::default() },
            ProviderChanges { api_key: key(), ..ProviderChanges::default() },
        ] {
            cases.providers.update(&write, made.id, changes).await.unwrap();
        }
        shown(&cases, made.id).await;
        if owner == Owner::Organization(acme.id) {
            cases.providers.delete(&write, made.id).await.unwrap();
        }
    }
    cases.users.delete(&grant(), ada.id).await.unwrap();
    for (chain, entries_of) in [(chain_of(&acme), 8), (ChainId::INSTALLATION, 9)] {
        let told = entries(&*storage, chain).await;
        assert_eq!(told.len(), entries_of);
        for entry in told {
            let details = entry.record.details.to_lowercase();
            // The name, which is no secret, is the first of them with anything before it.
            let details = details.replace(r#""name":"hunter2""#, "");
            assert!(!details.contains("hunter2") && !details.contains("kind"), "{details}");
        }
    }
}

/// What is not there, has no key, or does not open, is not revealed, and leaves no trace.
pub async fn what_is_not_there_or_does_not_open_is_not_revealed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let made = cases.provider(Owner::Organization(acme.id), "main").await;
    let cleared = ProviderChanges { api_key: Some(None), ..ProviderChanges::default() };
    let without = cases.provider(Owner::Organization(acme.id), "without").await;
    cases.providers.update(&grant(), without.id, cleared).await.unwrap();
    let before = entries(&*storage, chain_of(&acme)).await.len();

    let unknown = ProviderId::new(fresh_id());
    assert_fails!(reveal(&cases, Caller::command_line(), unknown).await, no_provider!());
    assert_fails!(reveal(&cases, Caller::command_line(), without.id).await, Error::Conflict(_));
    cases.sealer.set(&[2]);
    assert_fails!(reveal(&cases, Caller::command_line(), made.id).await, Error::Internal(_));
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), before);
    cases.sealer.set(&[2, 1]);
    assert_eq!(shown(&cases, made.id).await, "sk-key-of-main");
}

/// A key is shown to whom holds the scope for it, which no general one but `admin:*` gives, and may write what the owner
/// owns; to nobody beyond.
pub async fn takes_the_scope_and_the_role(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    let own = cases.provider(Owner::Organization(acme.id), "main").await;
    let of_web = cases.provider(owner_of(&web), "main").await;
    let system = [Owner::System, Owner::Organization(acme.id)];
    for owner in system {
        for scopes in [&["admin:read"][..], &["admin:write"], &["admin:providers:read", "admin:providers:write"], &[]] {
            let caller = cases.caller(owner, scopes).await.0;
            assert_fails!(reveal(&cases, caller, own.id).await, Error::Forbidden(_));
        }
        for scopes in [&["admin:*"][..], &["admin:providers:reveal"]] {
            let caller = cases.caller(owner, scopes).await.0;
            reveal(&cases, caller, own.id).await.unwrap();
        }
    }
    let bearer = async |owner| cases.caller(owner, &["admin:providers:reveal"]).await.0;
    for role in Role::ALL {
        let user = Owner::User(cases.member(&acme, role.as_str(), role).await.id);
        for made in [&own, &of_web] {
            let revealed = reveal(&cases, bearer(user).await, made.id).await;
            if role == Role::Member {
                assert_fails!(revealed, Error::Forbidden(_));
            } else {
                revealed.unwrap();
            }
        }
    }
    reveal(&cases, bearer(owner_of(&web)).await, of_web.id).await.unwrap();
    let stranger = Owner::User(cases.user("stranger").await.id);
    for (owner, made) in [
        (owner_of(&web), &own),
        (owner_of(&app), &of_web),
        (Owner::Organization(other.id), &own),
        (stranger, &own),
        (stranger, &of_web),
    ] {
        assert_fails!(reveal(&cases, bearer(owner).await, made.id).await, no_provider!());
    }
}

/// The sealed key of one row, put into another row by whoever can write to the storage, does not open there.
pub async fn a_key_opens_in_its_own_row_alone(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let mut made = Vec::new();
    for (owner, name) in [
        (Owner::Organization(acme.id), "one"),
        (Owner::Organization(acme.id), "two"),
        (Owner::Organization(other.id), "one"),
        (Owner::User(cases.user("ada").await.id), "one"),
    ] {
        made.push(cases.provider(owner, name).await);
    }
    let put = async |into: &DynamicProvider, from: &DynamicProvider| {
        let api_key = from.api_key.clone();
        let change = |provider: &DynamicProvider| DynamicProvider { api_key, ..provider.clone() };
        update_provider(&*storage, into.id, change).await.unwrap();
    };
    for into in &made {
        for from in made.iter().filter(|from| from.id != into.id) {
            put(into, from).await;
            assert_fails!(reveal(&cases, Caller::command_line(), into.id).await, Error::Internal(_));
        }
        put(into, into).await;
        shown(&cases, into.id).await;
    }
    // What nobody has sealed opens nowhere.
    let change = |provider: &DynamicProvider| {
        let mut key = provider.api_key.clone().unwrap();
        key.sealed = SealedSecret::new(key.sealed.master_key_id(), vec![0; 80]);
        DynamicProvider { api_key: Some(key), ..provider.clone() }
    };
    update_provider(&*storage, made[0].id, change).await.unwrap();
    assert_fails!(reveal(&cases, Caller::command_line(), made[0].id).await, Error::Internal(_));
    assert_eq!(format!("{:?}", SecretText::new("hunter2".to_owned())), "SecretText(…)");
}
