//! The use cases of dynamic providers, but for revealing their keys.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error, ProviderId, ResourceType,
    audit_log::{AuditAction, AuditEntry, ChainId},
    authorization::{ProvidersRead, ProvidersWrite},
    organizations::OrganizationRef,
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
    projects::ProjectRef,
    providers::{DynamicProvider, LastFour, NewProvider, ProviderChanges, ProviderFilter},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, base_url, chain_of, config, entries, find_provider, fresh_id, grant, list_providers, models,
        new_provider, no_organization, no_project, no_provider, no_user, owner_of, provider_key, provider_name,
        provider_name_taken,
    },
    use_cases::{PROVIDER_LIMIT, UseCases},
};

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.record.details).unwrap()
}

fn changes() -> ProviderChanges {
    ProviderChanges::default()
}

/// The field that is at fault.
fn fault<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid { field, .. }) => field.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// A provider is made, changed field by field and removed, each at its time, each with its entry in the organization's
/// chain, which tells before and after.
pub async fn makes_changes_and_removes(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let providers = &cases.providers;
    let made = providers.create(&grant, new_provider(owner_of(&web), "main")).await.unwrap();
    let new = new_provider(owner_of(&web), "main");
    assert_eq!((&made.name, made.owner.owner(), &made.provider_type), (&new.name, owner_of(&web), &new.provider_type));
    assert_eq!((&made.base_url, &made.config, &made.models), (&new.base_url, &new.config, &new.models));
    assert_eq!((made.is_enabled, made.created_at, made.updated_at, made.version), (true, at(0), at(0), 1));
    let last_four = |provider: &DynamicProvider| provider.api_key.as_ref().unwrap().last_four.clone();
    assert_eq!(last_four(&made).as_ref().map(LastFour::as_str), Some("main"));
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), made);

    let mut expected = made.clone();
    for (n, changes) in (1..).zip([
        ProviderChanges { name: Some(provider_name("renamed")), ..changes() },
        ProviderChanges { config: Some(config(r#"{"a":1}"#)), models: Some(models(&[])), ..changes() },
        ProviderChanges { is_enabled: Some(false), ..changes() },
    ]) {
        cases.clock.set(at(n));
        expected.name = changes.name.clone().unwrap_or(expected.name);
        expected.config = changes.config.clone().unwrap_or(expected.config);
        expected.models = changes.models.clone().unwrap_or(expected.models);
        expected.is_enabled = changes.is_enabled.unwrap_or(expected.is_enabled);
        (expected.updated_at, expected.version) = (at(n), n + 1);
        assert_eq!(providers.update(&grant, made.id, changes).await.unwrap(), expected);
        assert_eq!(find_provider(&*storage, made.id).await.unwrap(), expected);
    }
    cases.clock.set(at(20));
    assert_eq!(providers.delete(&grant, made.id).await.unwrap(), expected);
    assert_fails!(find_provider(&*storage, made.id).await, no_provider!());

    let written = entries(&*storage, chain_of(&acme)).await;
    let written = written.get(2..).unwrap();
    let told: Vec<_> = written.iter().map(|entry| (entry.record.action, entry.record.timestamp)).collect();
    let update = AuditAction::DynamicProviderUpdate;
    let (create, delete) = (AuditAction::DynamicProviderCreate, AuditAction::DynamicProviderDelete);
    assert_eq!(told, [(create, at(0)), (update, at(1)), (update, at(2)), (update, at(3)), (delete, at(20))]);
    for AuditEntry { record, .. } in written {
        assert_eq!((record.resource_id, record.org_id), (made.id.uuid(), Some(acme.id)));
        assert_eq!(record.project_id, Some(web.id));
    }
    let owner = json!({ "type": "project", "project_id": web.id.to_string() });
    let whole = |name, config: Value, models: Value, is_enabled| {
        json!({
            "name": name, "owner": owner, "provider_type": "openai", "base_url": "https://api.example.com/v1",
            "has_api_key": true, "config": config, "models": models, "is_enabled": is_enabled,
        })
    };
    let change = |before: Value, after: Value| json!({ "owner": null, "before": before, "after": after });
    let (eu, both) = (json!({ "region": "eu" }), json!(["large", "small"]));
    let expected = [
        change(Value::Null, whole("main", eu.clone(), both.clone(), true)),
        change(json!({ "name": "main" }), json!({ "name": "renamed" })),
        change(json!({ "config": eu, "models": both }), json!({ "config": { "a": 1 }, "models": [] })),
        change(json!({ "is_enabled": true }), json!({ "is_enabled": false })),
        change(whole("renamed", json!({ "a": 1 }), json!([]), false), Value::Null),
    ];
    assert_eq!(written.iter().map(details).collect::<Vec<_>>(), expected);
}

/// Changes that leave everything as it is keep the time and the version, and write no entry; a key that is sent is always
/// a change. Nor do times step back.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    cases.clock.set(at(10));
    let made = cases.provider(Owner::Organization(acme.id), "main").await;
    cases.clock.set(at(5));
    let same = ProviderChanges {
        name: Some(made.name.clone()),
        base_url: Some(made.base_url.clone()),
        config: Some(made.config.clone()),
        models: Some(made.models.clone()),
        is_enabled: Some(made.is_enabled),
        api_key: None,
    };
    for changes in [changes(), same] {
        assert_eq!(cases.providers.update(&grant, made.id, changes).await.unwrap(), made);
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
    let key = || Some(Some(provider_key("sk-key-of-main")));
    let changed = cases.providers.update(&grant, made.id, ProviderChanges { api_key: key(), ..changes() }).await;
    let changed = changed.unwrap();
    assert_eq!((changed.updated_at, changed.version), (at(10), 2));
    assert_ne!(changed.api_key, made.api_key);
    let cleared = ProviderChanges { api_key: Some(None), ..changes() };
    assert_eq!(cases.providers.update(&grant, made.id, cleared.clone()).await.unwrap().version, 3);
    assert_eq!(cases.providers.update(&grant, made.id, cleared).await.unwrap().version, 3);
    let told = entries(&*storage, chain_of(&acme)).await;
    let change = |before: Value, after: Value| json!({ "owner": null, "before": before, "after": after });
    let expected = [
        change(json!({}), json!({ "api_key_replaced": true })),
        change(json!({ "has_api_key": true }), json!({ "has_api_key": false })),
    ];
    assert_eq!(told[2..].iter().map(details).collect::<Vec<_>>(), expected);
}

/// A name is taken among the providers of one owner; what is not there is not found, by its kind; the installation owns
/// none. Neither leaves a trace.
pub async fn refuses_what_is_taken_or_missing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let (own, web) = (Owner::Organization(acme.id), owner_of(&cases.project(&acme, "web").await));
    let (main, other) = (cases.provider(own, "main").await, cases.provider(own, "other").await);
    cases.provider(web, "main").await;
    let before = entries(&*storage, chain_of(&acme)).await.len();
    assert_fails!(cases.providers.create(&write, new_provider(own, "main")).await, provider_name_taken!());
    let renamed = ProviderChanges { name: Some(provider_name("main")), ..changes() };
    assert_fails!(cases.providers.update(&write, other.id, renamed).await, provider_name_taken!());
    assert_eq!(find_provider(&*storage, other.id).await.unwrap(), other);
    assert_eq!(fault(cases.providers.create(&write, new_provider(OwnerRef::System, "main")).await), "owner");

    let id = fresh_id();
    let create = async |owner: OwnerRef| cases.providers.create(&write, new_provider(owner, "new")).await;
    assert_fails!(create(OwnerRef::Organization(tenancy_domain::OrganizationId::new(id))).await, no_organization!());
    assert_fails!(create(OwnerRef::Project(tenancy_domain::ProjectId::new(id))).await, no_project!());
    assert_fails!(create(OwnerRef::User(tenancy_domain::UserId::new(id))).await, no_user!());
    let unknown = ProviderId::new(id);
    assert_fails!(cases.providers.update(&write, unknown, changes()).await, no_provider!());
    assert_fails!(cases.providers.delete(&write, unknown).await, no_provider!());
    assert_fails!(cases.providers.get(&grant::<ProvidersRead>(), unknown).await, no_provider!());
    assert_fails!(cases.providers.ensure(&write, unknown).await, no_provider!());
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), before);
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await, []);

    cases.organizations.delete(&grant(), OrganizationRef::Id(acme.id)).await.unwrap();
    assert_fails!(create(own.into()).await, no_organization!());
    assert_fails!(create(web.into()).await, no_project!());
    assert_fails!(cases.providers.delete(&write, main.id).await, no_provider!());
}

/// Providers are got and listed: all that are within reach, and those of one owner apart, by either of its names.
pub async fn lists_and_gets_what_is_there(storage: Arc<dyn Storage>) {
    let (cases, read) = (UseCases::over(&storage), grant::<ProvidersRead>());
    let acme = cases.organization("acme").await;
    let (web, ada) = (cases.project(&acme, "web").await, cases.user("ada").await);
    let own = cases.provider(Owner::Organization(acme.id), "main").await;
    let of_web = cases.provider(owner_of(&web), "main").await;
    let of_ada = cases.provider(Owner::User(ada.id), "main").await;
    let (providers, request) = (&cases.providers, PageRequest::default());
    for made in [&own, &of_web, &of_ada] {
        assert_eq!(providers.get(&read, made.id).await.unwrap(), *made);
        providers.ensure(&read, made.id).await.unwrap();
    }
    let all = providers.list(&read, ProviderFilter::All, &request).await.unwrap();
    assert_eq!(all.items(), [of_ada.clone(), of_web.clone(), own.clone()]);
    for text in ["acme", &acme.id.to_string()] {
        let reference = OrganizationRef::parse(text).unwrap();
        let listed = providers.list_of_organization(&read, &reference, &request).await.unwrap();
        assert_eq!(listed.items(), std::slice::from_ref(&own));
        for text in ["web", &web.id.to_string()] {
            let project = ProjectRef::parse(text).unwrap();
            let listed = providers.list_of_project(&read, &reference, &project, &request).await.unwrap();
            assert_eq!(listed.items(), std::slice::from_ref(&of_web));
        }
    }
    assert_eq!(providers.list_of_user(&read, ada.id, &request).await.unwrap().items(), [of_ada]);

    let (unknown, nowhere) = (OrganizationRef::parse("unknown").unwrap(), ProjectRef::parse("nowhere").unwrap());
    assert_fails!(providers.list_of_organization(&read, &unknown, &request).await, no_organization!());
    let by_id = OrganizationRef::Id(acme.id);
    assert_fails!(providers.list_of_project(&read, &by_id, &nowhere, &request).await, no_project!());
    let nobody = tenancy_domain::UserId::new(fresh_id());
    assert_fails!(providers.list_of_user(&read, nobody, &request).await, no_user!());
}

/// A key does not go to another host: with a new `base_url` it is sent again, or cleared.
pub async fn another_host_takes_the_key_again(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let made = cases.provider(Owner::Organization(acme.id), "main").await;
    let elsewhere = || Some(Some(base_url("https://other.example.com")));
    for base_url in [elsewhere(), Some(None)] {
        let refused = cases.providers.update(&write, made.id, ProviderChanges { base_url, ..changes() }).await;
        assert_eq!(fault(refused), "api_key");
    }
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), made);
    let key = Some(Some(provider_key("sk-another-key")));
    let with_key = ProviderChanges { base_url: elsewhere(), api_key: key, ..changes() };
    let moved = cases.providers.update(&write, made.id, with_key).await.unwrap();
    assert_eq!(Some(moved.base_url), elsewhere());
    let cleared = ProviderChanges { base_url: Some(None), api_key: Some(None), ..changes() };
    let cleared = cases.providers.update(&write, made.id, cleared).await.unwrap();
    assert_eq!((cleared.base_url, cleared.api_key), (None, None));
    let without = ProviderChanges { base_url: elsewhere(), ..changes() };
    assert_eq!(Some(cases.providers.update(&write, made.id, without).await.unwrap().base_url), elsewhere());
}

/// Where it is not allowed, no provider is made or changed to be reached at the machine itself, by any scheme; one that is
/// already is changed in all else.
pub async fn the_machine_itself_is_reached_where_that_is_allowed(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let own = Owner::Organization(acme.id);
    let at_url =
        |name: &str, url: &str| NewProvider { base_url: Some(base_url(url)), api_key: None, ..new_provider(own, name) };
    let outside = cases.providers.create(&write, at_url("outside", "https://api.example.com")).await.unwrap();
    for (n, url) in
        ["http://localhost:11434", "http://127.0.0.1", "https://[::1]", "https://localhost"].into_iter().enumerate()
    {
        let name = format!("local {n}");
        assert_eq!(fault(cases.providers.create(&write, at_url(&name, url)).await), "base_url");
        let moved = || ProviderChanges { base_url: Some(Some(base_url(url))), ..changes() };
        assert_eq!(fault(cases.providers.update(&write, outside.id, moved()).await), "base_url");

        let made = cases.local_providers.create(&write, at_url(&name, url)).await.unwrap();
        assert_eq!(cases.local_providers.update(&write, outside.id, moved()).await.unwrap().base_url, made.base_url);
        let back = ProviderChanges { base_url: Some(outside.base_url.clone()), ..changes() };
        cases.providers.update(&write, outside.id, back).await.unwrap();
        let renamed = ProviderChanges {
            name: Some(provider_name(&format!("renamed {n}"))),
            base_url: moved().base_url,
            ..changes()
        };
        assert_eq!(cases.providers.update(&write, made.id, renamed).await.unwrap().base_url, made.base_url);
    }
}

/// An organization with its projects has as many providers as it may have, and a user has.
pub async fn an_organization_has_so_many(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProvidersWrite>());
    let acme = cases.organization("acme").await;
    let web = owner_of(&cases.project(&acme, "web").await);
    let ada = Owner::User(cases.user("ada").await.id);
    let own = Owner::Organization(acme.id);
    for n in 0..PROVIDER_LIMIT {
        cases.provider(if n % 2 == 0 { own } else { web }, &format!("p{n}")).await;
        cases.provider(ada, &format!("p{n}")).await;
    }
    for (owner, holder) in
        [(own, ResourceType::Organization), (web, ResourceType::Organization), (ada, ResourceType::User)]
    {
        let refused = cases.providers.create(&write, new_provider(owner, "more")).await;
        let is_told = matches!(
            &refused,
            Err(Error::QuotaExceeded { holder: told, what: "dynamic providers", limit: PROVIDER_LIMIT }) if *told == holder
        );
        assert!(is_told, "{refused:?}");
        let one = list_providers(&*storage, ProviderFilter::Owner(owner)).await[0].id;
        cases.providers.delete(&write, one).await.unwrap();
        cases.provider(owner, "more").await;
        cases
            .providers
            .delete(&write, list_providers(&*storage, ProviderFilter::Owner(owner)).await[0].id)
            .await
            .unwrap();
        cases.provider(owner, "again").await;
    }
    let other = cases.organization("other").await;
    cases.provider(Owner::Organization(other.id), "main").await;
}
