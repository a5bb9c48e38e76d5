//! The use cases of organizations.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Deleted, Error,
    audit_log::{ActorType, AuditAction, AuditEntry},
    authorization::{Caller, OrganizationsRead, OrganizationsWrite, Origin, Principal},
    organizations::{NewOrganization, Organization, OrganizationChanges, OrganizationFilter, OrganizationRef},
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{assert_fails, at, chain_of, entries, find, grant, name, no_organization, slug, slug_taken},
    use_cases::UseCases,
};

fn acme() -> NewOrganization {
    NewOrganization::new(slug("acme"), name("Acme"))
}

fn renamed(text: &str) -> OrganizationChanges {
    OrganizationChanges { name: Some(name(text)), ..OrganizationChanges::default() }
}

fn by_slug(text: &str) -> OrganizationRef {
    OrganizationRef::Slug(slug(text))
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.record.details).unwrap()
}

/// An organization is made, changed and deleted, each at its time, each with its entry.
pub async fn makes_changes_and_deletes(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let made = cases.organizations.create(&grant, acme()).await.unwrap();
    assert_eq!((&made.slug, &made.name, made.version), (&slug("acme"), &name("Acme"), 1));
    assert_eq!((made.created_at, made.updated_at, made.deleted_at), (at(0), at(0), None));
    assert_eq!(find(&*storage, made.id).await.unwrap(), made);

    cases.clock.set(at(10));
    let changed = cases.organizations.update(&grant, by_slug("acme"), renamed("Acme, Inc.")).await.unwrap();
    assert_eq!(changed, Organization { name: name("Acme, Inc."), updated_at: at(10), version: 2, ..made.clone() });
    assert_eq!(find(&*storage, made.id).await.unwrap(), changed);

    cases.clock.set(at(20));
    let deleted = cases.organizations.delete(&grant, OrganizationRef::Id(made.id)).await.unwrap();
    assert_eq!(deleted, Organization { updated_at: at(20), deleted_at: Some(at(20)), version: 3, ..changed });
    assert_fails!(find(&*storage, made.id).await, no_organization!());

    let written = entries(&*storage, chain_of(&made)).await;
    let told: Vec<_> = written.iter().map(|entry| (entry.record.action, entry.record.timestamp)).collect();
    let expected = [
        (AuditAction::OrganizationCreate, at(0)),
        (AuditAction::OrganizationUpdate, at(10)),
        (AuditAction::OrganizationDelete, at(20)),
    ];
    assert_eq!(told, expected);
    assert!(written.iter().all(|entry| entry.record.resource_id == made.id.uuid()));
    assert!(written.iter().all(|entry| entry.record.org_id == Some(made.id)));
}

/// Changes that leave everything as it is keep the time and the version, and write no entry.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let made = cases.organizations.create(&grant, acme()).await.unwrap();
    cases.clock.set(at(10));
    for changes in [OrganizationChanges::default(), renamed("Acme")] {
        assert_eq!(cases.organizations.update(&grant, by_slug("acme"), changes).await.unwrap(), made);
    }
    assert_eq!(find(&*storage, made.id).await.unwrap(), made);
    assert_eq!(entries(&*storage, chain_of(&made)).await.len(), 1);
}

/// When the clock steps back between two writes, the row's time stays where it was.
pub async fn times_do_not_step_back_with_the_clock(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    cases.clock.set(at(10));
    let made = cases.organizations.create(&grant, acme()).await.unwrap();
    cases.clock.set(at(5));
    let changed = cases.organizations.update(&grant, by_slug("acme"), renamed("Acme, Inc.")).await.unwrap();
    assert_eq!((changed.created_at, changed.updated_at, changed.version), (at(10), at(10), 2));
    let deleted = cases.organizations.delete(&grant, by_slug("acme")).await.unwrap();
    assert_eq!((deleted.updated_at, deleted.deleted_at), (at(10), Some(at(10))));
    assert!(entries(&*storage, chain_of(&made)).await.iter().all(|entry| entry.record.timestamp == at(10)));
}

/// A live slug is taken; a name that nothing live has is not found; neither leaves a trace.
pub async fn refuses_what_is_taken_or_missing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let made = cases.organizations.create(&grant, acme()).await.unwrap();
    assert_fails!(cases.organizations.create(&grant, acme()).await, slug_taken!());
    assert_fails!(cases.organizations.update(&grant, by_slug("other"), renamed("x")).await, no_organization!());
    assert_fails!(cases.organizations.delete(&grant, by_slug("other")).await, no_organization!());

    cases.organizations.delete(&grant, by_slug("acme")).await.unwrap();
    for reference in [by_slug("acme"), OrganizationRef::Id(made.id)] {
        assert_fails!(cases.organizations.delete(&grant, reference.clone()).await, no_organization!());
        assert_fails!(cases.organizations.update(&grant, reference, renamed("x")).await, no_organization!());
    }
    assert_eq!(entries(&*storage, chain_of(&made)).await.len(), 2);
    let again = cases.organizations.create(&grant, acme()).await.unwrap();
    assert_ne!(again.id, made.id);
}

/// An entry tells who acted and from where, and of what changed how it was before and after.
pub async fn details_tell_before_and_after(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let origin = Origin {
        request_id: Some("request-1".to_owned()),
        ip_address: Some([192, 0, 2, 1].into()),
        user_agent: Some("curl/8".to_owned()),
    };
    let caller = Caller::new(Principal::command_line(), origin.clone());
    let grant = caller.authorize::<OrganizationsWrite>().unwrap();
    let made = cases.organizations.create(&grant, acme()).await.unwrap();
    cases.organizations.update(&grant, by_slug("acme"), renamed("Acme, Inc.")).await.unwrap();
    cases.organizations.delete(&grant, by_slug("acme")).await.unwrap();

    let entries = entries(&*storage, chain_of(&made)).await;
    let expected = [
        json!({ "owner": null, "before": null, "after": { "slug": "acme", "name": "Acme" } }),
        json!({ "owner": null, "before": { "name": "Acme" }, "after": { "name": "Acme, Inc." } }),
        json!({ "owner": null, "before": { "slug": "acme", "name": "Acme, Inc." }, "after": null }),
    ];
    assert_eq!(entries.iter().map(details).collect::<Vec<_>>(), expected);
    for AuditEntry { record, .. } in entries {
        assert_eq!((record.actor_type, record.actor_id), (ActorType::CommandLine, None));
        let told =
            Origin { request_id: record.request_id, ip_address: record.ip_address, user_agent: record.user_agent };
        assert_eq!(told, origin);
    }
}

/// What was made is got by either name and listed, until it is deleted, and afterwards where that is asked for.
pub async fn lists_and_gets_what_is_there(storage: Arc<dyn Storage>) {
    let (cases, grant, write) = (UseCases::over(&storage), grant::<OrganizationsRead>(), grant::<OrganizationsWrite>());
    let made = cases.organizations.create(&write, acme()).await.unwrap();
    let by_id = OrganizationRef::Id(made.id);
    for reference in [&by_id, &by_slug("acme")] {
        assert_eq!(cases.organizations.get(&grant, reference, Deleted::Hidden).await.unwrap(), made);
    }
    let deleted = cases.organizations.delete(&write, by_slug("acme")).await.unwrap();
    assert_eq!(cases.organizations.get(&grant, &by_id, Deleted::Included).await.unwrap(), deleted);
    let missing = cases.organizations.get(&grant, &by_slug("acme"), Deleted::Included).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));

    let request = PageRequest::default();
    let hidden =
        cases.organizations.list(&grant, &OrganizationFilter::default(), &request, Deleted::Hidden).await.unwrap();
    assert_eq!(hidden.items(), []);
    let included =
        cases.organizations.list(&grant, &OrganizationFilter::default(), &request, Deleted::Included).await.unwrap();
    assert_eq!(included.items(), [deleted]);
}
