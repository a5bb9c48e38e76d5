//! The use cases of the audit log.

use std::sync::Arc;

use tenancy_domain::{
    AuditEntryId, Error, ResourceType,
    audit_log::{AuditAction, AuditEntry, AuditLogFilter, AuditRecord, ChainId},
    authorization::{AuditLogsRead, Grant},
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationRef},
    owners::Owner,
    pagination::{PageRequest, PageSize, Positioned},
};

use super::{
    Storage,
    steps::{assert_fails, at, chain_of, entries, fresh_id, grant, leave, owner_of, record},
    use_cases::{UseCases, reference},
};

/// All entries that a caller is shown, oldest first; each of them must be given by its id as well.
async fn shown(cases: &UseCases, grant: &Grant<AuditLogsRead>) -> Vec<AuditEntry> {
    let request = PageRequest { size: PageSize::MAX, ..PageRequest::default() };
    let page = cases.audit_log.list(grant, &AuditLogFilter::default(), &request).await.unwrap();
    assert!(!page.has_more());
    for entry in page.items() {
        assert_eq!(cases.audit_log.get(grant, entry.record.id).await.unwrap(), *entry);
    }
    page.into_items().into_iter().rev().collect()
}

fn of_organization(organization: &Organization) -> AuditLogFilter {
    AuditLogFilter { organization: Some(organization.id), ..AuditLogFilter::default() }
}

/// A system key is shown everything, an organization's key what concerns the organization, a project's what concerns the
/// project, a user's what concerns the organizations in which it is an admin or an owner; and nothing else is there.
pub async fn shows_everyone_what_they_reach(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    cases.project(&other, "web").await;
    let mut users = Vec::new();
    for role in Role::ALL {
        users.push((cases.member(&acme, role.as_str(), role).await, role));
    }
    let mut viewers = vec![Owner::System, Owner::Organization(acme.id), owner_of(&web), owner_of(&app)];
    viewers.extend(users.iter().map(|(user, _)| Owner::User(user.id)));
    let mut grants = Vec::new();
    for owner in viewers {
        grants.push((owner, cases.grant_of::<AuditLogsRead>(owner).await));
    }
    let all: Vec<AuditEntry> = [
        entries(&*storage, ChainId::INSTALLATION).await,
        entries(&*storage, chain_of(&acme)).await,
        entries(&*storage, chain_of(&other)).await,
    ]
    .concat();
    for (owner, grant) in &grants {
        let reached = |record: &AuditRecord| match owner {
            Owner::System => true,
            Owner::Organization(id) => record.org_id == Some(*id),
            Owner::Project { project, .. } => record.project_id == Some(*project),
            Owner::User(id) => {
                let role = users.iter().find(|(user, _)| user.id == *id).unwrap().1;
                role > Role::Member && record.org_id == Some(acme.id)
            }
        };
        let mut expected: Vec<AuditEntry> = all.iter().filter(|entry| reached(&entry.record)).cloned().collect();
        expected.sort_by_key(Positioned::position);
        assert!(*owner == Owner::System || expected.len() < all.len());
        assert_eq!(shown(&cases, grant).await, expected, "{owner:?}");
        for entry in all.iter().filter(|entry| !reached(&entry.record)) {
            let refused = cases.audit_log.get(grant, entry.record.id).await;
            if matches!(owner, Owner::User(_)) && entry.record.org_id == Some(acme.id) {
                assert_fails!(refused, Error::Forbidden(_));
            } else {
                assert_fails!(refused, Error::NotFound(ResourceType::AuditLog));
            }
        }
    }
    let absent = cases.audit_log.get(&grants[0].1, AuditEntryId::new(fresh_id())).await;
    assert_fails!(absent, Error::NotFound(ResourceType::AuditLog));
}

/// Who asks for an organization in which its role does not suffice is told so; one that it does not reach has no entries.
pub async fn a_role_must_suffice(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let user = cases.grant_of::<AuditLogsRead>(Owner::User(ada.id)).await;
    let web = cases.project(&acme, "web").await;
    let project = cases.grant_of::<AuditLogsRead>(owner_of(&web)).await;
    let list = async |grant: &Grant<AuditLogsRead>, filter: AuditLogFilter| {
        let page = cases.audit_log.list(grant, &filter, &PageRequest::default()).await;
        let export = cases.audit_log.export(grant, filter).await;
        assert_eq!(page.is_ok(), export.is_ok());
        page.map(|page| page.items().len())
    };
    assert_fails!(list(&user, of_organization(&acme)).await, Error::Forbidden(_));
    assert_eq!(list(&user, of_organization(&other)).await.unwrap(), 0);
    assert_eq!(list(&user, AuditLogFilter::default()).await.unwrap(), 0);
    assert_eq!(list(&project, of_organization(&acme)).await.unwrap(), 2);
    assert_eq!(list(&project, of_organization(&other)).await.unwrap(), 0);
    let of = reference(MemberOf::Organization(acme.id));
    cases.members.update(&grant(), &of, ada.id, Some(Role::Admin)).await.unwrap();
    assert!(list(&user, of_organization(&acme)).await.unwrap() > 0);
    cases.members.remove(&grant(), &of, ada.id).await.unwrap();
    assert_eq!(list(&user, of_organization(&acme)).await.unwrap(), 0);
}

/// The entries of a deleted organization, or of a deleted project to its own keys, are there for system keys alone, and
/// come back with a restoration.
pub async fn what_is_deleted_is_left_to_system_keys(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let mut grants = Vec::new();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        grants.push(cases.grant_of::<AuditLogsRead>(owner).await);
    }
    let first = entries(&*storage, chain_of(&acme)).await.swap_remove(0);
    let by_id = OrganizationRef::Id(acme.id);
    let project = tenancy_domain::projects::ProjectRef::Id(web.id);
    cases.projects.delete(&grant(), &by_id, &project).await.unwrap();
    assert!(shown(&cases, &grants[1]).await.is_empty());
    assert!(shown(&cases, &grants[0]).await.iter().any(|entry| entry.record.action == AuditAction::ProjectDelete));
    cases.projects.restore(&grant(), &by_id, project, None).await.unwrap();
    assert!(!shown(&cases, &grants[1]).await.is_empty());

    cases.organizations.delete(&grant(), by_id.clone()).await.unwrap();
    for grant in &grants {
        assert!(shown(&cases, grant).await.is_empty());
        assert_fails!(cases.audit_log.get(grant, first.record.id).await, Error::NotFound(ResourceType::AuditLog));
    }
    assert_eq!(cases.audit_log.get(&grant(), first.record.id).await.unwrap(), first);
    let all = shown(&cases, &grant()).await;
    assert!(all.iter().any(|entry| entry.record.action == AuditAction::OrganizationDelete));
    cases.organizations.restore(&grant(), by_id, None).await.unwrap();
    for grant in &grants {
        assert!(!shown(&cases, grant).await.is_empty());
    }
}

/// Leaves an entry of each of these milliseconds in the chain of an organization.
async fn leave_at(storage: &dyn Storage, organization: &Organization, milliseconds: std::ops::Range<i64>) {
    let records = milliseconds.map(|time| AuditRecord {
        id: AuditEntryId::new(fresh_id()),
        timestamp: at(time),
        ..record(AuditAction::OrganizationUpdate, organization)
    });
    leave(storage, records.collect()).await;
}

/// An export gives what there was when it began, oldest first, each entry once, whatever is written meanwhile; and tells
/// how many they are.
pub async fn an_export_is_what_there_was_at_its_beginning(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let empty = AuditLogFilter { to: Some(at(-5)), ..AuditLogFilter::default() };
    let mut export = cases.audit_log.export(&grant(), empty).await.unwrap();
    assert_eq!((export.total(), export.next(PageSize::MAX).await.unwrap()), (Some(0), vec![]));

    leave_at(&*storage, &acme, 1..25).await;
    let expected = shown(&cases, &grant()).await;
    let mut times = 100..;
    for size in [1, 3, 25, 26, 1_000] {
        let size = PageSize::for_wish(size).unwrap();
        let mut export = cases.audit_log.export(&grant(), AuditLogFilter::default()).await.unwrap();
        let before = shown(&cases, &grant()).await;
        assert_eq!(export.total(), Some(before.len() as u64));
        let mut given = Vec::new();
        loop {
            let part = export.next(size).await.unwrap();
            if part.is_empty() {
                break;
            }
            assert!(part.len() <= usize::from(size.get()));
            given.extend(part);
            let time = times.next().unwrap();
            leave_at(&*storage, &acme, time..time + 1).await;
        }
        assert_eq!(given, before);
        assert_eq!(given[..expected.len()], expected);
        assert_eq!(export.next(size).await.unwrap(), []);
    }
}

/// What is exported is what the list shows.
pub async fn an_export_heeds_filter_and_reach(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    leave_at(&*storage, &acme, 1..25).await;
    leave_at(&*storage, &other, 1..25).await;
    let own = cases.grant_of::<AuditLogsRead>(Owner::Organization(acme.id)).await;
    let filter = AuditLogFilter { from: Some(at(5)), to: Some(at(9)), ..AuditLogFilter::default() };
    for (grant, filter, expected) in [
        (&own, AuditLogFilter::default(), 26),
        (&own, filter, 4),
        (&own, of_organization(&other), 0),
        (&grant(), filter, 8),
        (&grant(), AuditLogFilter { organization: Some(other.id), ..filter }, 4),
    ] {
        let mut export = cases.audit_log.export(grant, filter).await.unwrap();
        assert_eq!(export.total(), Some(expected));
        let mut given = Vec::new();
        for _ in 0..100 {
            given.extend(export.next(PageSize::for_wish(7).unwrap()).await.unwrap());
        }
        let request = PageRequest { size: PageSize::MAX, ..PageRequest::default() };
        let mut listed = cases.audit_log.list(grant, &filter, &request).await.unwrap().into_items();
        listed.reverse();
        assert_eq!(given, listed);
        assert_eq!(given.len() as u64, expected);
    }
    // Who loses its reach meanwhile is given nothing more.
    let mut export = cases.audit_log.export(&own, AuditLogFilter::default()).await.unwrap();
    assert_eq!(export.next(PageSize::MIN).await.unwrap().len(), 1);
    cases.organizations.delete(&grant(), OrganizationRef::Id(acme.id)).await.unwrap();
    assert_eq!(export.next(PageSize::MIN).await.unwrap(), []);
}
