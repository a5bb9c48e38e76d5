//! The end of organizations.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Affected, Deleted, Error, audit_log::AuditAction, authorization::OrganizationsWrite, members::Role,
    organizations::OrganizationRef, owners::Owner,
};

use super::{
    Storage,
    steps::{
        all_keys, assert_fails, at, chain_of, entries, everything, grant, members_of, no_organization, owner_of, slug,
    },
    use_cases::UseCases,
};

fn by_slug(text: &str) -> OrganizationRef {
    OrganizationRef::Slug(slug(text))
}

/// A deleted organization is destroyed with all beneath it, by its slug as well; one entry tells of it and of how much it
/// was, and the log from before stays.
pub async fn destroys_and_tells_how_much(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    cases.join(members_of(&web), &ada, Role::Member).await;
    for owner in [Owner::Organization(acme.id), owner_of(&web), owner_of(&web)] {
        cases.issue(owner, &[]).await;
    }
    for (owner, name) in [(Owner::Organization(acme.id), "one"), (owner_of(&web), "one"), (owner_of(&web), "two")] {
        cases.provider(owner, name).await;
    }
    cases.clock.set(at(10));
    cases.organizations.delete(&write, by_slug("acme")).await.unwrap();
    let before = entries(&*storage, chain_of(&acme)).await;

    // The clock has stepped back: no entry is from before the last.
    cases.clock.set(at(5));
    let purged = cases.organizations.purge(&write, by_slug("acme")).await.unwrap();
    let affected = Affected { organizations: 1, projects: 1, users: 0, memberships: 2, api_keys: 3, providers: 3 };
    assert_eq!((purged.id, purged.affected), (acme.id, affected));
    let by_id = OrganizationRef::Id(acme.id);
    assert_fails!(storage.find_organization(everything(), &by_id, Deleted::Included).await, no_organization!());
    assert_eq!(all_keys(&*storage).await, []);
    cases.organization("acme").await;

    let told = entries(&*storage, chain_of(&acme)).await;
    let [earlier @ .., last] = &told[..] else { panic!("no entries") };
    assert_eq!(earlier, before);
    assert_eq!((last.record.action, last.record.timestamp), (AuditAction::OrganizationPurge, at(10)));
    assert_eq!((last.record.resource_id, last.record.org_id), (acme.id.uuid(), Some(acme.id)));
    let details: Value = serde_json::from_str(&last.record.details).unwrap();
    let gone = json!({
        "slug": "acme", "name": "acme", "projects": 1, "memberships": 2, "api_keys": 3, "dynamic_providers": 3,
    });
    assert_eq!(details, json!({"owner": null, "before": gone, "after": null}));
}

/// What is live, unknown, purged already, or named by a slug that several deleted ones have, is not purged, and none of it
/// leaves a trace.
pub async fn refuses_what_is_live_or_missing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let purge = async |reference| cases.organizations.purge(&write, reference).await;
    assert_fails!(purge(by_slug("acme")).await, no_organization!());
    let acme = cases.organization("acme").await;
    let by_id = || OrganizationRef::Id(acme.id);
    for reference in [by_slug("acme"), by_id()] {
        assert_fails!(purge(reference).await, Error::Conflict(_));
    }
    cases.organizations.delete(&write, by_id()).await.unwrap();
    let rival = cases.organization("acme").await;
    cases.organizations.delete(&write, OrganizationRef::Id(rival.id)).await.unwrap();
    assert_fails!(purge(by_slug("acme")).await, Error::Conflict(_));
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
    purge(by_id()).await.unwrap();
    assert_fails!(purge(by_id()).await, no_organization!());
    assert_fails!(cases.organizations.restore(&write, by_id(), None).await, no_organization!());
    assert_eq!(purge(by_slug("acme")).await.unwrap().id, rival.id);
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 3);
}

/// To purge an organization takes a system key, whoever it belongs to.
pub async fn takes_a_system_key(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let mut grants = Vec::new();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        grants.push(cases.grant_of::<OrganizationsWrite>(owner).await);
    }
    let system = cases.grant_of::<OrganizationsWrite>(Owner::System).await;
    cases.organizations.delete(&system, OrganizationRef::Id(acme.id)).await.unwrap();
    for grant in &grants {
        for reference in [OrganizationRef::Id(acme.id), by_slug("unknown")] {
            assert_fails!(cases.organizations.purge(grant, reference.clone()).await, Error::Forbidden(_));
            assert_fails!(cases.organizations.rehearse_purge(grant, reference).await, Error::Forbidden(_));
        }
    }
    cases.organizations.purge(&system, OrganizationRef::Id(acme.id)).await.unwrap();
}

/// The last owner of an organization that was purged owns nothing, and may go.
pub async fn leaves_users_without_the_duty_to_stay(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    cases.organizations.delete(&write, by_slug("acme")).await.unwrap();
    assert_fails!(cases.users.delete(&grant(), ada.id).await, Error::Conflict(_));
    cases.organizations.purge(&write, by_slug("acme")).await.unwrap();
    assert_eq!(cases.users.delete(&grant(), ada.id).await.unwrap().memberships, 0);
}
