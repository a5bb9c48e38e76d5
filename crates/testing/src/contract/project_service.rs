//! The use cases of projects.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Deleted, Error,
    api_keys::Rejection,
    audit_log::{AuditAction, AuditEntry},
    authorization::{OrganizationsWrite, ProjectsRead, ProjectsWrite},
    members::Role,
    organizations::{Organization, OrganizationRef},
    pagination::PageRequest,
    projects::{NewProject, Project, ProjectChanges, ProjectFilter, ProjectRef},
};

use super::{
    Storage,
    steps::{
        all_members, assert_fails, at, chain_of, entries, find_project, grant, members_of, name, no_organization,
        no_project, owner_of, slug,
    },
    use_cases::{PROJECT_LIMIT, UseCases},
};

fn web() -> NewProject {
    NewProject::new(slug("web"), name("Web"))
}

fn renamed(text: &str) -> ProjectChanges {
    ProjectChanges { name: Some(name(text)), ..ProjectChanges::default() }
}

fn in_(organization: &Organization) -> OrganizationRef {
    OrganizationRef::Id(organization.id)
}

fn by_slug(text: &str) -> ProjectRef {
    ProjectRef::Slug(slug(text))
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.record.details).unwrap()
}

/// The error of a slug that another live project of the organization has.
macro_rules! slug_taken {
    () => {
        Error::AlreadyExists { resource: tenancy_domain::ResourceType::Project, field: "slug" }
    };
}

/// A project is made, changed, deleted and restored, each at its time, each with its entry in the organization's chain,
/// which tells before and after.
pub async fn makes_changes_deletes_and_restores(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ProjectsWrite>());
    let acme = cases.organization("acme").await;
    let projects = &cases.projects;
    let made = projects.create(&grant, &OrganizationRef::Slug(slug("acme")), web()).await.unwrap();
    assert_eq!((&made.slug, &made.name, made.org_id, made.version), (&slug("web"), &name("Web"), acme.id, 1));
    assert_eq!((made.created_at, made.updated_at, made.deleted_at), (at(0), at(0), None));
    assert_eq!(find_project(&*storage, &made).await.unwrap(), made);

    cases.clock.set(at(10));
    let changed = projects.update(&grant, &in_(&acme), &by_slug("web"), renamed("Site")).await.unwrap();
    assert_eq!(changed, Project { name: name("Site"), updated_at: at(10), version: 2, ..made.clone() });
    assert_eq!(find_project(&*storage, &made).await.unwrap(), changed);

    cases.clock.set(at(20));
    let deleted = projects.delete(&grant, &in_(&acme), &ProjectRef::Id(made.id)).await.unwrap();
    assert_eq!(deleted, Project { updated_at: at(20), deleted_at: Some(at(20)), version: 3, ..changed.clone() });
    assert_fails!(find_project(&*storage, &made).await, no_project!());

    cases.clock.set(at(30));
    let restored = projects.restore(&grant, &in_(&acme), by_slug("web"), None).await.unwrap();
    assert_eq!(restored, Project { updated_at: at(30), version: 4, ..changed });
    assert_eq!(find_project(&*storage, &made).await.unwrap(), restored);

    let written = entries(&*storage, chain_of(&acme)).await;
    let written = written.get(1..).unwrap();
    let told: Vec<_> = written.iter().map(|entry| (entry.record.action, entry.record.timestamp)).collect();
    let expected = [
        (AuditAction::ProjectCreate, at(0)),
        (AuditAction::ProjectUpdate, at(10)),
        (AuditAction::ProjectDelete, at(20)),
        (AuditAction::ProjectRestore, at(30)),
    ];
    assert_eq!(told, expected);
    for AuditEntry { record, .. } in written {
        assert_eq!((record.resource_id, record.org_id), (made.id.uuid(), Some(acme.id)));
        assert_eq!(record.project_id, Some(made.id));
    }
    let expected = [
        json!({ "owner": null, "before": null, "after": { "slug": "web", "name": "Web" } }),
        json!({ "owner": null, "before": { "name": "Web" }, "after": { "name": "Site" } }),
        json!({ "owner": null, "before": { "slug": "web", "name": "Site" }, "after": null }),
        json!({ "owner": null, "before": null, "after": { "slug": "web", "name": "Site" } }),
    ];
    assert_eq!(written.iter().map(details).collect::<Vec<_>>(), expected);
}

/// Changes that leave everything as it is keep the time and the version, and write no entry; nor do times step back.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ProjectsWrite>());
    let acme = cases.organization("acme").await;
    cases.clock.set(at(10));
    let made = cases.projects.create(&grant, &in_(&acme), web()).await.unwrap();
    cases.clock.set(at(5));
    for changes in [ProjectChanges::default(), renamed("Web")] {
        let same = cases.projects.update(&grant, &in_(&acme), &by_slug("web"), changes).await;
        assert_eq!(same.unwrap(), made);
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
    let changed = cases.projects.update(&grant, &in_(&acme), &by_slug("web"), renamed("Site")).await.unwrap();
    assert_eq!((changed.updated_at, changed.version), (at(10), 2));
}

/// A live slug is taken in its organization; what is not there, or not live, is not found; neither leaves a trace.
pub async fn refuses_what_is_taken_or_missing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProjectsWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let projects = &cases.projects;
    let made = projects.create(&write, &in_(&acme), web()).await.unwrap();
    assert_fails!(projects.create(&write, &in_(&acme), web()).await, slug_taken!());
    let theirs = projects.create(&write, &in_(&other), web()).await.unwrap();
    assert_ne!(theirs.id, made.id);
    let nowhere = OrganizationRef::Slug(slug("nowhere"));
    assert_fails!(projects.create(&write, &nowhere, web()).await, no_organization!());
    let by_id = || ProjectRef::Id(made.id);
    assert_fails!(projects.update(&write, &in_(&other), &by_id(), renamed("x")).await, no_project!());
    assert_fails!(projects.delete(&write, &in_(&other), &by_id()).await, no_project!());
    assert_fails!(projects.restore(&write, &in_(&other), by_id(), None).await, no_project!());
    assert_fails!(projects.restore(&write, &in_(&acme), by_id(), None).await, Error::Conflict(_));

    projects.delete(&write, &in_(&acme), &by_id()).await.unwrap();
    for reference in [by_slug("web"), by_id()] {
        assert_fails!(projects.delete(&write, &in_(&acme), &reference).await, no_project!());
        assert_fails!(projects.update(&write, &in_(&acme), &reference, renamed("x")).await, no_project!());
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 3);
    projects.create(&write, &in_(&acme), web()).await.unwrap();

    cases.organizations.delete(&grant::<OrganizationsWrite>(), in_(&acme)).await.unwrap();
    assert_fails!(projects.create(&write, &in_(&acme), web()).await, no_organization!());
    assert_fails!(projects.update(&write, &in_(&acme), &by_slug("web"), renamed("x")).await, no_organization!());
    assert_fails!(projects.delete(&write, &in_(&acme), &by_slug("web")).await, no_organization!());
    assert_fails!(projects.restore(&write, &in_(&acme), by_id(), None).await, no_organization!());
}

/// What was made is got by either name and listed, until it is deleted, and afterwards where that is asked for.
pub async fn lists_and_gets_what_is_there(storage: Arc<dyn Storage>) {
    let (cases, read) = (UseCases::over(&storage), grant::<ProjectsRead>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (made, _) = (cases.project(&acme, "web").await, cases.project(&other, "app").await);
    let get = async |reference, deleted| cases.projects.get(&read, &in_(&acme), &reference, deleted).await;
    let list = async |of: &Organization, deleted| {
        let (all, request) = (ProjectFilter::default(), PageRequest::default());
        cases.projects.list(&read, &in_(of), &all, &request, deleted).await.map(|page| page.items().to_vec())
    };
    for reference in [ProjectRef::Id(made.id), by_slug("web")] {
        assert_eq!(get(reference, Deleted::Hidden).await.unwrap(), made);
    }
    assert_fails!(get(by_slug("app"), Deleted::Included).await, no_project!());
    assert_eq!(list(&acme, Deleted::Hidden).await.unwrap(), std::slice::from_ref(&made));

    let deleted = cases.projects.delete(&grant(), &in_(&acme), &by_slug("web")).await.unwrap();
    assert_fails!(get(ProjectRef::Id(made.id), Deleted::Hidden).await, no_project!());
    assert_fails!(get(by_slug("web"), Deleted::Included).await, no_project!());
    assert_eq!(get(ProjectRef::Id(made.id), Deleted::Included).await.unwrap(), deleted);
    assert_eq!(list(&acme, Deleted::Hidden).await.unwrap(), []);
    assert_eq!(list(&acme, Deleted::Included).await.unwrap(), [deleted]);
    cases.organizations.delete(&grant(), in_(&acme)).await.unwrap();
    assert_fails!(list(&acme, Deleted::Included).await, no_organization!());
}

/// Deletion cuts off a project's keys and hides its members at once; restoration brings back exactly what was, under
/// another slug where the former one is taken.
pub async fn a_restoration_brings_back_what_was_beneath(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ProjectsWrite>());
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Member).await;
    cases.join(members_of(&web), &ada, Role::Admin).await;
    let own = cases.issue(owner_of(&web), &["admin:*"]).await;
    let revoked = cases.issue(owner_of(&web), &[]).await;
    cases.api_keys.revoke(&grant(), revoked.key.id).await.unwrap();
    let members = all_members(&*storage, members_of(&web)).await;
    let authenticate = async |secret| cases.authenticator.authenticate(secret).await.unwrap().err();

    cases.projects.delete(&write, &in_(&acme), &ProjectRef::Id(web.id)).await.unwrap();
    assert_eq!(authenticate(own.secret.expose()).await, Some(Rejection::OwnerDeleted));
    assert_eq!(all_members(&*storage, members_of(&web)).await, []);

    let rival = cases.project(&acme, "web").await;
    let by_id = || ProjectRef::Id(web.id);
    assert_fails!(cases.projects.restore(&write, &in_(&acme), by_id(), None).await, slug_taken!());
    let taken = Some(slug("web"));
    assert_fails!(cases.projects.restore(&write, &in_(&acme), by_slug("web"), taken).await, slug_taken!());
    let restored = cases.projects.restore(&write, &in_(&acme), by_slug("web"), Some(slug("site"))).await.unwrap();
    assert_eq!((restored.id, &restored.slug, restored.deleted_at), (web.id, &slug("site"), None));
    assert_eq!(find_project(&*storage, &rival).await.unwrap(), rival);
    assert_eq!(authenticate(own.secret.expose()).await, None);
    assert_eq!(authenticate(revoked.secret.expose()).await, Some(Rejection::Revoked));
    assert_eq!(all_members(&*storage, members_of(&web)).await, members);

    for project in [&restored, &rival] {
        cases.projects.delete(&write, &in_(&acme), &ProjectRef::Id(project.id)).await.unwrap();
    }
    let third = cases.project(&acme, "site").await;
    cases.projects.delete(&write, &in_(&acme), &ProjectRef::Id(third.id)).await.unwrap();
    let ambiguous = cases.projects.restore(&write, &in_(&acme), by_slug("site"), None).await;
    assert_fails!(ambiguous, Error::Conflict(_));
    cases.projects.restore(&write, &in_(&acme), ProjectRef::Id(third.id), None).await.unwrap();
}

/// An organization has so many live projects and no more, made or restored; deleted ones and others' do not count.
pub async fn an_organization_has_so_many(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ProjectsWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let gone = cases.project(&acme, "gone").await;
    cases.projects.delete(&grant, &in_(&acme), &by_slug("gone")).await.unwrap();
    for n in 0..PROJECT_LIMIT {
        cases.project(&acme, &format!("project-{n}")).await;
    }
    cases.project(&other, "project").await;
    let told = entries(&*storage, chain_of(&acme)).await;
    let restore = async || cases.projects.restore(&grant, &in_(&acme), ProjectRef::Id(gone.id), None).await;
    for refused in [cases.projects.create(&grant, &in_(&acme), web()).await, restore().await] {
        assert_fails!(refused, Error::QuotaExceeded { limit: PROJECT_LIMIT, what: "projects", .. });
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await, told);
    cases.projects.delete(&grant, &in_(&acme), &by_slug("project-0")).await.unwrap();
    restore().await.unwrap();
    assert_fails!(cases.projects.create(&grant, &in_(&acme), web()).await, Error::QuotaExceeded { .. });
}
