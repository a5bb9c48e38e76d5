//! The use cases of users.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Error, ResourceType, UserId,
    api_keys::Rejection,
    audit_log::{AuditAction, AuditEntry, AuditRecord, ChainId},
    authorization::{MembersWrite, OrganizationsWrite, UsersRead, UsersWrite},
    members::{MemberOf, Role},
    organizations::OrganizationRef,
    owners::Owner,
    pagination::PageRequest,
    users::{DeletedUser, NewUser, User, UserChanges, UserFilter},
};

use super::{
    Storage,
    steps::{
        all_members, assert_fails, at, chain_of, email, entries, everything, external_id, fresh_id, grant, members_of,
        name, no_user, owner_of,
    },
    use_cases::{UseCases, reference},
};

fn ada() -> NewUser {
    NewUser { external_id: external_id("ada"), email: Some(email("ada@example.com")), name: None }
}

fn renamed(text: &str) -> UserChanges {
    UserChanges { name: Some(Some(name(text))), ..UserChanges::default() }
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.record.details).unwrap()
}

/// A user is made, changed and removed, each at its time, each with its entry in the installation's chain, which tells
/// before and after.
pub async fn makes_changes_and_removes(storage: Arc<dyn Storage>) {
    let (cases, read, grant) = (UseCases::over(&storage), grant::<UsersRead>(), grant::<UsersWrite>());
    let made = cases.users.create(&grant, ada()).await.unwrap();
    let NewUser { external_id, email, name: unnamed } = ada();
    let expected =
        User { id: made.id, external_id, email, name: unnamed, created_at: at(0), updated_at: at(0), version: 1 };
    assert_eq!(made, expected);
    assert_eq!(cases.users.get(&read, made.id).await.unwrap(), made);

    cases.clock.set(at(10));
    let edits = UserChanges { email: Some(None), ..renamed("Ada") };
    let changed = cases.users.update(&grant, made.id, edits).await.unwrap();
    assert_eq!(changed, User { email: None, name: Some(name("Ada")), updated_at: at(10), version: 2, ..made.clone() });
    assert_eq!(cases.users.get(&read, made.id).await.unwrap(), changed);

    cases.clock.set(at(20));
    let deleted = cases.users.delete(&grant, made.id).await.unwrap();
    assert_eq!(deleted, DeletedUser { id: made.id, api_keys: 0, memberships: 0 });
    assert_fails!(cases.users.get(&read, made.id).await, no_user!());

    let written = entries(&*storage, ChainId::INSTALLATION).await;
    let told: Vec<_> = written.iter().map(|entry| (entry.record.action, entry.record.timestamp)).collect();
    let expected =
        [(AuditAction::UserCreate, at(0)), (AuditAction::UserUpdate, at(10)), (AuditAction::UserDelete, at(20))];
    assert_eq!(told, expected);
    for AuditEntry { record, .. } in &written {
        assert_eq!((record.resource_id, record.org_id, record.project_id), (made.id.uuid(), None, None));
    }
    let first = json!({ "external_id": "ada", "email": "ada@example.com", "name": null });
    let last = json!({ "external_id": "ada", "email": null, "name": "Ada" });
    let expected = [
        json!({ "owner": null, "before": null, "after": first }),
        json!({
            "owner": null,
            "before": { "email": "ada@example.com", "name": null },
            "after": { "email": null, "name": "Ada" },
        }),
        json!({ "owner": null, "before": last, "after": null }),
    ];
    assert_eq!(written.iter().map(details).collect::<Vec<_>>(), expected);
}

/// Changes that leave everything as it is keep the time and the version, and write no entry; nor do times step back.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<UsersWrite>());
    cases.clock.set(at(10));
    let made = cases.users.create(&grant, ada()).await.unwrap();
    cases.clock.set(at(5));
    let same = UserChanges { email: Some(made.email.clone()), name: Some(None) };
    for changes in [UserChanges::default(), same] {
        assert_eq!(cases.users.update(&grant, made.id, changes).await.unwrap(), made);
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);
    let changed = cases.users.update(&grant, made.id, renamed("Ada")).await.unwrap();
    assert_eq!((changed.updated_at, changed.version), (at(10), 2));
    cases.users.delete(&grant, made.id).await.unwrap();
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.last().unwrap().record.timestamp, at(10));
}

/// What another user has is taken; a user that is not there is not found; neither leaves a trace.
pub async fn refuses_what_is_taken_or_missing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<UsersWrite>());
    cases.users.create(&grant, ada()).await.unwrap();
    let bob = cases.user("bob").await;
    let taken = |field| {
        move |error: &Error| match error {
            Error::AlreadyExists { resource, field: told } => *resource == ResourceType::User && *told == field,
            _ => false,
        }
    };
    let same_id = NewUser { email: None, ..ada() };
    let refused = cases.users.create(&grant, same_id).await.unwrap_err();
    assert!(taken("external_id")(&refused), "{refused:?}");
    let same_address = NewUser { external_id: external_id("eve"), email: Some(email("ADA@example.com")), name: None };
    let refused = cases.users.create(&grant, same_address).await.unwrap_err();
    assert!(taken("email")(&refused), "{refused:?}");
    let changes = UserChanges { email: Some(Some(email("Ada@example.com"))), ..UserChanges::default() };
    let refused = cases.users.update(&grant, bob.id, changes).await.unwrap_err();
    assert!(taken("email")(&refused), "{refused:?}");

    let unknown = UserId::new(fresh_id());
    assert_fails!(cases.users.update(&grant, unknown, renamed("x")).await, no_user!());
    assert_fails!(cases.users.delete(&grant, unknown).await, no_user!());
    assert_fails!(cases.users.ensure(&grant, unknown).await, no_user!());
    cases.users.ensure(&grant, bob.id).await.unwrap();
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 2);
}

/// Users are listed, and looked up by what they are called elsewhere and by address; the organizations of each as well.
pub async fn lists_and_gets_what_is_there(storage: Arc<dyn Storage>) {
    let (cases, read) = (UseCases::over(&storage), grant::<UsersRead>());
    let acme = cases.organization("acme").await;
    let ada = cases.user("ada").await;
    let bob = cases.member(&acme, "bob", Role::Admin).await;
    let list = async |filter| cases.users.list(&read, &filter, &PageRequest::default()).await.unwrap().into_items();
    assert_eq!(list(UserFilter::default()).await, [bob.clone(), ada.clone()]);
    let by_id = UserFilter { external_id: Some(ada.external_id.clone()), email: None };
    let by_address = UserFilter { external_id: None, email: Some(email("ADA@example.com")) };
    for filter in [by_id, by_address] {
        assert_eq!(list(filter).await, std::slice::from_ref(&ada));
    }
    let organizations = async |id| cases.users.organizations(&read, id, &PageRequest::default()).await;
    let of_bob = organizations(bob.id).await.unwrap().into_items();
    assert_eq!(of_bob.len(), 1);
    assert_eq!((&of_bob[0].organization, of_bob[0].role), (&acme, Role::Admin));
    assert_eq!(organizations(ada.id).await.unwrap().items(), []);
    assert_fails!(organizations(UserId::new(fresh_id())).await, no_user!());
}

/// The last owner of an organization, live or deleted, is not removed, and keeps what it has.
pub async fn the_last_owner_is_not_removed(storage: Arc<dyn Storage>) {
    let (cases, users, members) = (UseCases::over(&storage), grant::<UsersWrite>(), grant::<MembersWrite>());
    let (acme, gone) = (cases.organization("acme").await, cases.organization("gone").await);
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let bob = cases.member(&acme, "bob", Role::Admin).await;
    let of = MemberOf::Organization;
    for (user, role) in [(&ada, Role::Owner), (&bob, Role::Member)] {
        cases.join(of(gone.id), user, role).await;
    }
    let write = grant::<OrganizationsWrite>();
    cases.organizations.delete(&write, OrganizationRef::Id(gone.id)).await.unwrap();
    let key = cases.issue(Owner::User(ada.id), &[]).await;
    let told = entries(&*storage, ChainId::INSTALLATION).await;

    assert_fails!(cases.users.delete(&users, ada.id).await, Error::Conflict(_));
    let make_owner = async |id| cases.members.update(&members, &reference(of(id)), bob.id, Some(Role::Owner)).await;
    make_owner(acme.id).await.unwrap();
    assert_fails!(cases.users.delete(&users, ada.id).await, Error::Conflict(_));
    assert!(cases.authenticator.authenticate(key.secret.expose()).await.unwrap().is_ok());
    assert_eq!(all_members(&*storage, of(acme.id)).await.len(), 2);
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await, told);

    cases.organizations.restore(&write, OrganizationRef::Id(gone.id), None).await.unwrap();
    make_owner(gone.id).await.unwrap();
    cases.users.delete(&users, ada.id).await.unwrap();
    // And now bob is the last one.
    assert_fails!(cases.users.delete(&users, bob.id).await, Error::Conflict(_));
}

/// A removal takes memberships and keys along, and every chain that it concerns tells of it.
pub async fn a_removal_is_told_everywhere(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<UsersWrite>());
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Admin).await;
    cases.join(MemberOf::Organization(other.id), &ada, Role::Member).await;
    cases.join(members_of(&web), &ada, Role::Owner).await;
    let key = cases.issue(Owner::User(ada.id), &["admin:read"]).await;
    let chains = [chain_of(&acme), chain_of(&other), ChainId::INSTALLATION];
    let mut lengths = Vec::new();
    for chain in chains {
        lengths.push(entries(&*storage, chain).await.len());
    }

    cases.clock.set(at(10));
    let deleted = cases.users.delete(&grant, ada.id).await.unwrap();
    assert_eq!(deleted, DeletedUser { id: ada.id, api_keys: 1, memberships: 3 });
    let rejected = cases.authenticator.authenticate(key.secret.expose()).await.unwrap();
    assert_eq!(rejected, Err(Rejection::Unknown));

    let mut told = Vec::new();
    for (chain, length) in chains.into_iter().zip(lengths) {
        let entries = entries(&*storage, chain).await.split_off(length);
        assert!(entries.iter().all(|entry| entry.record.timestamp == at(10)));
        let mut records: Vec<AuditRecord> = entries.into_iter().map(|entry| entry.record).collect();
        records.sort_by_key(|record| (record.action.as_str(), record.project_id));
        let before = |record: &AuditRecord| serde_json::from_str::<Value>(&record.details).unwrap()["before"].clone();
        told.push(
            records
                .iter()
                .map(|record| (record.action, record.resource_id, record.project_id, before(record)["role"].clone()))
                .collect::<Vec<_>>(),
        );
    }
    let (user, gone) = (ada.id.uuid(), AuditAction::MembershipDelete);
    let expected = [
        vec![(gone, user, None, json!("admin")), (gone, user, Some(web.id), json!("owner"))],
        vec![(gone, user, None, json!("member"))],
        vec![
            (AuditAction::ApiKeyRevoke, key.key.id.uuid(), None, Value::Null),
            (AuditAction::UserDelete, user, None, Value::Null),
        ],
    ];
    assert_eq!(told, expected);
    assert_fails!(storage.find_user(everything(), ada.id).await, no_user!());
}

/// Everything about users takes a system key: whoever else asks is told so, and not whether there is such a user.
pub async fn takes_a_system_key(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let told = entries(&*storage, ChainId::INSTALLATION).await.len();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        let (caller, _) = cases.caller(owner, &["admin:*"]).await;
        let (read, write) = (caller.clone().authorize().unwrap(), caller.authorize().unwrap());
        let request = PageRequest::default();
        assert_fails!(cases.users.list(&read, &UserFilter::default(), &request).await, Error::Forbidden(_));
        assert_fails!(cases.users.create(&write, self::ada()).await, Error::Forbidden(_));
        for id in [ada.id, UserId::new(fresh_id())] {
            assert_fails!(cases.users.get(&read, id).await, Error::Forbidden(_));
            assert_fails!(cases.users.organizations(&read, id, &request).await, Error::Forbidden(_));
            assert_fails!(cases.users.ensure(&read, id).await, Error::Forbidden(_));
            assert_fails!(cases.users.update(&write, id, renamed("x")).await, Error::Forbidden(_));
            assert_fails!(cases.users.delete(&write, id).await, Error::Forbidden(_));
        }
    }
    // Nothing was told of but the key of the user itself.
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), told + 1);
}
