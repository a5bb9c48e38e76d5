//! The use cases of members, of organizations and of projects.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error, ResourceType, UserId,
    audit_log::{AuditAction, AuditEntry},
    authorization::{Act, MembersRead, MembersWrite},
    members::{Member, MemberOf, MemberOfRef, Role},
    organizations::OrganizationRef,
    pagination::PageRequest,
    projects::ProjectRef,
};

use super::{
    Storage,
    steps::{
        all_members, assert_fails, at, chain_of, entries, everything, fresh_id, grant, members_of, no_member,
        no_organization, no_project, no_user, slug,
    },
    use_cases::{MEMBER_LIMIT, UseCases, reference},
};

/// What the newest `count` entries say: the action, the project, and the role before and after.
fn told(entries: &[AuditEntry], count: usize) -> Vec<(AuditAction, bool, Value, Value)> {
    let newest = entries.iter().skip(entries.len() - count).map(|AuditEntry { record, .. }| record);
    newest
        .map(|record| {
            let details: Value = serde_json::from_str(&record.details).unwrap();
            let role = |side: &str| details[side]["role"].clone();
            (record.action, record.project_id.is_some(), role("before"), role("after"))
        })
        .collect()
}

/// A member is added, given another role and removed, of an organization and of a project, each at its time, each with
/// its entry in the organization's chain, which tells the role before and after.
pub async fn adds_changes_and_removes(storage: Arc<dyn Storage>) {
    let (cases, read, grant) = (UseCases::over(&storage), grant::<MembersRead>(), grant::<MembersWrite>());
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let bob = cases.user("bob").await;
    cases.join(MemberOf::Organization(acme.id), &bob, Role::Member).await;
    let eve = cases.user("eve").await;
    for (of, user) in [(MemberOf::Organization(acme.id), &eve), (members_of(&web), &bob)] {
        let reference = reference(of);
        cases.clock.set(at(10));
        let added = cases.members.add(&grant, &reference, user.id, Role::default()).await.unwrap();
        assert_eq!(added, Member { user: user.clone(), of, role: Role::Member, joined_at: at(10), version: 1 });
        assert_eq!(cases.members.get(&read, &reference, user.id).await.unwrap(), added);
        cases.members.ensure_member(&read, &reference, user.id, Act::Read).await.unwrap();

        cases.clock.set(at(20));
        let promoted = cases.members.update(&grant, &reference, user.id, Some(Role::Admin)).await.unwrap();
        assert_eq!(promoted, Member { role: Role::Admin, version: 2, ..added });
        assert_eq!(cases.members.get(&read, &reference, user.id).await.unwrap(), promoted);

        cases.clock.set(at(30));
        assert_eq!(cases.members.remove(&grant, &reference, user.id).await.unwrap(), promoted);
        assert_fails!(cases.members.get(&read, &reference, user.id).await, no_member!());

        let written = entries(&*storage, chain_of(&acme)).await;
        let of_project = of.project().is_some();
        let expected = [
            (AuditAction::MembershipCreate, of_project, Value::Null, json!("member")),
            (AuditAction::MembershipUpdate, of_project, json!("member"), json!("admin")),
            (AuditAction::MembershipDelete, of_project, json!("admin"), Value::Null),
        ];
        assert_eq!(told(&written, 3), expected);
        let last = written.iter().skip(written.len() - 3).map(|entry| &entry.record);
        for (record, time) in last.zip([at(10), at(20), at(30)]) {
            assert_eq!((record.resource_id, record.timestamp), (user.id.uuid(), time));
            assert_eq!((record.org_id, record.project_id), (Some(acme.id), of.project()));
        }
    }
    // Who is removed from a project stays in its organization.
    let list = cases.members.list(&read, &reference(MemberOf::Organization(acme.id)), &PageRequest::default()).await;
    let left: Vec<UserId> = list.unwrap().items().iter().map(|member| member.user.id).collect();
    assert_eq!(left, [bob.id, ada.id]);
}

/// The role that a member has already, or none at all, writes nothing.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<MembersWrite>());
    let acme = cases.organization("acme").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let of = MemberOf::Organization(acme.id);
    let (before, written) = (all_members(&*storage, of).await, entries(&*storage, chain_of(&acme)).await);
    for role in [None, Some(Role::Owner)] {
        let same = cases.members.update(&grant, &reference(of), ada.id, role).await.unwrap();
        assert_eq!(before, [same]);
    }
    assert_eq!(all_members(&*storage, of).await, before);
    assert_eq!(entries(&*storage, chain_of(&acme)).await, written);
}

/// A member joins once, a user that is there, and a project only from its organization; what is not there is not found,
/// and none of it leaves a trace.
pub async fn refuses_what_is_taken_or_missing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<MembersWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let bob = cases.member(&other, "bob", Role::Member).await;
    cases.join(members_of(&web), &ada, Role::Member).await;
    let [of_acme, of_web] = [MemberOf::Organization(acme.id), members_of(&web)];
    let written = entries(&*storage, chain_of(&acme)).await;
    let (members, unknown) = (&cases.members, UserId::new(fresh_id()));
    for of in [of_acme, of_web] {
        let of = reference(of);
        assert_fails!(members.add(&write, &of, ada.id, Role::Owner).await, Error::Conflict(_));
        for nobody in [bob.id, unknown] {
            assert_fails!(members.update(&write, &of, nobody, Some(Role::Admin)).await, no_member!());
            assert_fails!(members.remove(&write, &of, nobody).await, no_member!());
        }
    }
    assert_fails!(members.add(&write, &reference(of_acme), unknown, Role::Member).await, no_user!());
    for nobody in [bob.id, unknown] {
        let refused = members.add(&write, &reference(of_web), nobody, Role::Member).await;
        assert_fails!(refused, Error::NotFound(_));
    }
    let nowhere = OrganizationRef::Slug(slug("nowhere"));
    let no_project_there = MemberOfRef::Project(OrganizationRef::Id(other.id), ProjectRef::Id(web.id));
    assert_fails!(
        members.add(&write, &MemberOfRef::Organization(nowhere), bob.id, Role::Member).await,
        no_organization!()
    );
    assert_fails!(members.add(&write, &no_project_there, bob.id, Role::Member).await, no_project!());
    assert_fails!(members.list(&grant(), &no_project_there, &PageRequest::default()).await, no_project!());
    assert_eq!(entries(&*storage, chain_of(&acme)).await, written);
}

/// The last owner of an organization, and of a project, is neither demoted nor removed; beside another one it may be.
pub async fn the_last_owner_stays(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<MembersWrite>());
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let bob = cases.member(&acme, "bob", Role::Admin).await;
    for (user, role) in [(&ada, Role::Owner), (&bob, Role::Admin)] {
        cases.join(members_of(&web), user, role).await;
    }
    for of in [members_of(&web), MemberOf::Organization(acme.id)] {
        let reference = reference(of);
        let (before, written) = (all_members(&*storage, of).await, entries(&*storage, chain_of(&acme)).await);
        for role in [Role::Admin, Role::Member] {
            assert_fails!(cases.members.update(&grant, &reference, ada.id, Some(role)).await, Error::Conflict(_));
        }
        assert_fails!(cases.members.remove(&grant, &reference, ada.id).await, Error::Conflict(_));
        assert_eq!(all_members(&*storage, of).await, before);
        assert_eq!(entries(&*storage, chain_of(&acme)).await, written);

        cases.members.update(&grant, &reference, bob.id, Some(Role::Owner)).await.unwrap();
        cases.members.update(&grant, &reference, ada.id, Some(Role::Member)).await.unwrap();
        assert_fails!(cases.members.remove(&grant, &reference, bob.id).await, Error::Conflict(_));
        cases.members.remove(&grant, &reference, ada.id).await.unwrap();
    }
}

/// Who is removed from an organization is removed from its projects, where it was the last owner too, and each of these
/// is told.
pub async fn a_removal_takes_the_projects_along(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<MembersWrite>());
    let acme = cases.organization("acme").await;
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    cases.member(&acme, "ada", Role::Owner).await;
    let bob = cases.member(&acme, "bob", Role::Admin).await;
    for (project, role) in [(&web, Role::Owner), (&app, Role::Member)] {
        cases.join(members_of(project), &bob, role).await;
    }
    let of = MemberOf::Organization(acme.id);
    let removed = cases.members.remove(&grant, &reference(of), bob.id).await.unwrap();
    assert_eq!((removed.user.id, removed.role), (bob.id, Role::Admin));
    for of in [of, members_of(&web), members_of(&app)] {
        assert_fails!(storage.find_member(everything(), of, bob.id).await, no_member!());
    }
    let written = entries(&*storage, chain_of(&acme)).await;
    let (gone, none) = (AuditAction::MembershipDelete, Value::Null);
    let mut newest = told(&written, 3);
    assert_eq!(newest.remove(0), (gone, false, json!("admin"), none.clone()));
    newest.sort_by_key(|(_, _, before, _)| before.to_string());
    assert_eq!(newest, [(gone, true, json!("member"), none.clone()), (gone, true, json!("owner"), none)]);
    let projects: Vec<_> = written.iter().rev().take(2).map(|entry| entry.record.project_id).collect();
    assert!(projects.contains(&Some(web.id)) && projects.contains(&Some(app.id)));
    cases.join(of, &bob, Role::Member).await;
    assert_fails!(storage.find_member(everything(), members_of(&web), bob.id).await, no_member!());
}

/// An organization has so many members and no more; its projects have as many of them as there are.
pub async fn an_organization_has_so_many(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<MembersWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = cases.project(&acme, "web").await;
    let mut last = None;
    for n in 0..MEMBER_LIMIT {
        let user = cases.member(&acme, &format!("user-{n}"), Role::Member).await;
        cases.join(members_of(&web), &user, Role::Member).await;
        last = Some(user);
    }
    let ada = cases.member(&other, "ada", Role::Member).await;
    let of = reference(MemberOf::Organization(acme.id));
    let add = async || cases.members.add(&grant, &of, ada.id, Role::Member).await;
    assert_fails!(
        add().await,
        Error::QuotaExceeded { holder: ResourceType::Organization, what: "members", limit: MEMBER_LIMIT }
    );
    cases.members.remove(&grant, &of, last.unwrap().id).await.unwrap();
    add().await.unwrap();
}
