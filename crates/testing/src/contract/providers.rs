//! The rules of `ProviderRepository` and `ProviderWriter`.

use std::sync::Arc;

use tenancy_domain::{
    ProviderId, UserId,
    owners::{Holder, Owner},
    providers::{DynamicProvider, Models, ProviderConfig, ProviderFilter},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, base_url, config, delete, delete_project, delete_provider, everything, find_provider,
        fresh_id, insert, insert_project, insert_provider, insert_user, list_providers, models, no_provider,
        organization, owner_of, project, provider, provider_name, provider_name_taken, restore, restore_project,
        sealed_key, update_provider, user, within_unit,
    },
};

/// An organization, a project of it, and a user, as owners.
async fn owners(storage: &dyn Storage, text: &str) -> [Owner; 3] {
    let (organization, user) = (organization(text), user(text));
    let project = project(&organization, text);
    insert(storage, &organization).await.unwrap();
    insert_project(storage, &project).await.unwrap();
    insert_user(storage, &user).await.unwrap();
    [Owner::Organization(organization.id), owner_of(&project), Owner::User(user.id)]
}

/// A provider of every kind of owner is found by its id, and locked; by another id none is.
pub async fn are_found_and_locked_by_id(storage: Arc<dyn Storage>) {
    for owner in owners(&*storage, "acme").await {
        let made = provider(owner, "main");
        let id = made.id;
        assert_fails!(find_provider(&*storage, id).await, no_provider!());
        assert_fails!(within_unit!(storage, |t| t.lock_provider(everything(), id)), no_provider!());
        insert_provider(&*storage, &made).await.unwrap();
        assert_eq!(find_provider(&*storage, id).await.unwrap(), made);
        assert_eq!(within_unit!(storage, |t| t.lock_provider(everything(), id)).unwrap(), made);
    }
}

/// No owner has two providers of one name, compared character by character; what one owner has, another may have too. A
/// name is free again once its provider is removed or renamed.
pub async fn a_name_is_given_once_by_each_owner(storage: Arc<dyn Storage>) {
    let [acme, other] = [owners(&*storage, "acme").await, owners(&*storage, "other").await];
    for owner in acme.into_iter().chain(other) {
        let (first, second) = (provider(owner, "main"), provider(owner, "main"));
        insert_provider(&*storage, &first).await.unwrap();
        assert_fails!(insert_provider(&*storage, &second).await, provider_name_taken!());
        insert_provider(&*storage, &provider(owner, "Main")).await.unwrap();
        let renamed = DynamicProvider { name: provider_name("other"), ..second.clone() };
        insert_provider(&*storage, &renamed).await.unwrap();
        let back = |made: &DynamicProvider| DynamicProvider { name: provider_name("main"), ..made.clone() };
        assert_fails!(update_provider(&*storage, second.id, back).await, provider_name_taken!());
        assert_eq!(find_provider(&*storage, second.id).await.unwrap(), renamed);

        delete_provider(&*storage, first.id).await.unwrap();
        let back = update_provider(&*storage, second.id, back).await.unwrap();
        assert_eq!(find_provider(&*storage, second.id).await.unwrap(), back);
        insert_provider(&*storage, &provider(owner, "other")).await.unwrap();
        assert_fails!(insert_provider(&*storage, &first).await, provider_name_taken!());
    }
}

/// A write replaces every editable field, the key among them, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let [owner, ..] = owners(&*storage, "acme").await;
    let (made, other) = (provider(owner, "main"), provider(owner, "other"));
    for provider in [&made, &other] {
        insert_provider(&*storage, provider).await.unwrap();
    }
    let key = sealed_key(2);
    let change = move |provider: &DynamicProvider| DynamicProvider {
        name: provider_name("renamed"),
        base_url: Some(base_url("https://other.example.com")),
        api_key: Some(key.clone()),
        config: config(r#"{"a":[1,{"b":null}]}"#),
        models: models(&["other"]),
        is_enabled: false,
        updated_at: at(7),
        version: 2,
        ..provider.clone()
    };
    let written = update_provider(&*storage, made.id, change.clone()).await.unwrap();
    assert_eq!(written, change(&made));
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), written);
    // What was set can be cleared, and set again.
    let clear = |provider: &DynamicProvider| DynamicProvider {
        base_url: None,
        api_key: None,
        config: ProviderConfig::default(),
        models: Models::default(),
        ..provider.clone()
    };
    let cleared = update_provider(&*storage, made.id, clear).await.unwrap();
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), cleared);
    assert_eq!(update_provider(&*storage, made.id, change).await.unwrap(), written);
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), written);
    assert_eq!(find_provider(&*storage, other.id).await.unwrap(), other);
}

/// A write, or a removal, of a provider that is not there is refused.
pub async fn an_unknown_one_is_not_written(storage: Arc<dyn Storage>) {
    let [owner, ..] = owners(&*storage, "acme").await;
    let made = provider(owner, "main");
    let unit = storage.execute::<(), _>(move |transaction| {
        Box::pin(async move {
            assert_fails!(transaction.update_provider(&made).await, no_provider!());
            assert_fails!(transaction.delete_provider(made.id).await, no_provider!());
            Ok(Outcome::Unchanged(()))
        })
    });
    unit.await.unwrap();
}

/// What is removed is nowhere, and cannot be removed again.
pub async fn are_removed_for_good(storage: Arc<dyn Storage>) {
    let [owner, ..] = owners(&*storage, "acme").await;
    let (made, other) = (provider(owner, "main"), provider(owner, "other"));
    for provider in [&made, &other] {
        insert_provider(&*storage, provider).await.unwrap();
    }
    delete_provider(&*storage, made.id).await.unwrap();
    assert_fails!(find_provider(&*storage, made.id).await, no_provider!());
    assert_fails!(delete_provider(&*storage, made.id).await, no_provider!());
    assert_fails!(update_provider(&*storage, made.id, DynamicProvider::clone).await, no_provider!());
    for filter in [ProviderFilter::All, ProviderFilter::Owner(owner)] {
        assert_eq!(list_providers(&*storage, filter).await, std::slice::from_ref(&other));
    }
    assert_eq!(within_unit!(storage, |t| t.count_providers(owner.holder().unwrap())).unwrap(), 1);
}

/// Lists show providers of all owners or of one, the newest first: those of an organization without those of its projects.
pub async fn are_listed_by_owner(storage: Arc<dyn Storage>) {
    let owners = [owners(&*storage, "acme").await, owners(&*storage, "other").await].concat();
    let mut all = Vec::new();
    for (n, owner) in (0..).zip(owners.iter().chain(&owners)) {
        let made = DynamicProvider { created_at: at(n), updated_at: at(n), ..provider(*owner, &format!("p{n}")) };
        insert_provider(&*storage, &made).await.unwrap();
        all.insert(0, made);
    }
    assert_eq!(list_providers(&*storage, ProviderFilter::All).await, all);
    for owner in owners {
        let expected: Vec<_> = all.iter().filter(|provider| provider.owner.owner() == owner).cloned().collect();
        assert_eq!(list_providers(&*storage, ProviderFilter::Owner(owner)).await, expected, "{owner:?}");
        assert_eq!(expected.len(), 2);
    }
    let nobody = Owner::User(UserId::new(fresh_id()));
    assert_eq!(list_providers(&*storage, ProviderFilter::Owner(nobody)).await, []);
}

/// The providers of what is deleted, or is beneath it, are nowhere; with it they come back as they were.
pub async fn go_and_come_with_their_owners(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    let (web, app) = (project(&acme, "web"), project(&acme, "app"));
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    insert_project(&*storage, &app).await.unwrap();
    let all = [Owner::Organization(acme.id), owner_of(&web), owner_of(&app)].map(|owner| provider(owner, "main"));
    for made in &all {
        insert_provider(&*storage, made).await.unwrap();
    }
    // Tells which of them are there, by every way of looking.
    let are_there = async || {
        let mut there = Vec::new();
        for made in &all {
            let id = made.id;
            let found = find_provider(&*storage, id).await;
            let locked = within_unit!(storage, |t| t.lock_provider(everything(), id));
            let listed = list_providers(&*storage, ProviderFilter::Owner(made.owner.into())).await;
            let is_listed = list_providers(&*storage, ProviderFilter::All).await.contains(made);
            if is_listed {
                assert_eq!((&found.unwrap(), &locked.unwrap(), &listed[..]), (made, made, std::slice::from_ref(made)));
            } else {
                assert_fails!(found, no_provider!());
                assert_fails!(locked, no_provider!());
                assert_eq!(listed, []);
            }
            there.push(is_listed);
        }
        there
    };
    assert_eq!(are_there().await, [true, true, true]);
    delete_project(&*storage, &web).await.unwrap();
    assert_eq!(are_there().await, [true, false, true]);
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(are_there().await, [false, false, false]);
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(are_there().await, [true, false, true]);
    restore_project(&*storage, &web).await.unwrap();
    assert_eq!(are_there().await, [true, true, true]);
}

/// Providers are counted of an organization with its projects, the deleted ones too, and of a user; whether they are to be
/// used is of no matter.
pub async fn are_counted(storage: Arc<dyn Storage>) {
    let (acme, other, ada, bob) = (organization("acme"), organization("other"), user("ada"), user("bob"));
    let (web, gone, app) = (project(&acme, "web"), project(&acme, "gone"), project(&other, "app"));
    for organization in [&acme, &other] {
        insert(&*storage, organization).await.unwrap();
    }
    for project in [&web, &gone, &app] {
        insert_project(&*storage, project).await.unwrap();
    }
    for user in [&ada, &bob] {
        insert_user(&*storage, user).await.unwrap();
    }
    for (owner, name, is_enabled) in [
        (Owner::Organization(acme.id), "one", true),
        (owner_of(&web), "one", true),
        (owner_of(&web), "two", false),
        (owner_of(&gone), "one", true),
        (owner_of(&app), "one", true),
        (Owner::User(ada.id), "one", true),
        (Owner::User(ada.id), "two", true),
    ] {
        let made = DynamicProvider { is_enabled, api_key: None, ..provider(owner, name) };
        insert_provider(&*storage, &made).await.unwrap();
    }
    delete_project(&*storage, &gone).await.unwrap();
    for (holder, expected) in [
        (Holder::Organization(acme.id), 4),
        (Holder::Organization(other.id), 1),
        (Holder::User(ada.id), 2),
        (Holder::User(bob.id), 0),
    ] {
        assert_eq!(within_unit!(storage, |t| t.count_providers(holder)).unwrap(), expected, "{holder:?}");
    }
    assert_fails!(find_provider(&*storage, ProviderId::new(fresh_id())).await, no_provider!());
}
