//! The rules of `OwnerRepository` and `OwnerWriter`, and of the keys that go and come with their owners.

use std::sync::Arc;

use tenancy_domain::{
    Error, OrganizationId, ProjectId, ResourceType, UserId,
    api_keys::{ApiKey, ApiKeyFilter, SecretHash},
    owners::{Holder, Owner, OwnerRef, OwnerState, OwnerType},
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{
        api_key_of, assert_fails, at, delete, delete_project, delete_user, everything, find_by_hash, fresh_id, insert,
        insert_key, insert_project, insert_user, no_key, organization, owner_of, project, restore, restore_project,
        user, within_unit,
    },
};

/// An owner of every kind, all of them live; the project is one of the organization.
async fn every_owner(storage: &dyn Storage) -> [Owner; 4] {
    let (acme, ada) = (organization("acme"), user("ada"));
    let web = project(&acme, "web");
    insert(storage, &acme).await.unwrap();
    insert_project(storage, &web).await.unwrap();
    insert_user(storage, &ada).await.unwrap();
    [Owner::System, Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)]
}

/// Finds an owner and locks it, which come to the same.
async fn look_up(storage: &dyn Storage, reference: OwnerRef) -> Result<Owner, Error> {
    let found = storage.find_owner(everything(), &reference).await;
    let locked = within_unit!(storage, |t| t.lock_owner(everything(), &reference));
    assert_eq!(format!("{found:?}"), format!("{locked:?}"));
    found
}

/// A live owner is found and locked, a project with its organization; what is not there is told by its kind.
pub async fn live_ones_are_found_and_locked(storage: Arc<dyn Storage>) {
    for owner in every_owner(&*storage).await {
        assert_eq!(look_up(&*storage, owner.into()).await.unwrap(), owner);
    }
    let id = fresh_id();
    for (unknown, kind) in [
        (OwnerRef::Organization(OrganizationId::new(id)), ResourceType::Organization),
        (OwnerRef::Project(ProjectId::new(id)), ResourceType::Project),
        (OwnerRef::User(UserId::new(id)), ResourceType::User),
    ] {
        let found = look_up(&*storage, unknown).await;
        assert!(matches!(found, Err(Error::NotFound(missing)) if missing == kind), "{unknown:?}: {found:?}");
    }
}

/// What is deleted, or is beneath it, is no owner, until it is restored.
pub async fn those_that_are_deleted_are_none(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    let web = project(&acme, "web");
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    let (as_owner, beneath) = (Owner::Organization(acme.id), owner_of(&web));
    delete_project(&*storage, &web).await.unwrap();
    assert_fails!(look_up(&*storage, beneath.into()).await, Error::NotFound(ResourceType::Project));
    assert!(look_up(&*storage, as_owner.into()).await.is_ok());
    restore_project(&*storage, &web).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();
    assert_fails!(look_up(&*storage, beneath.into()).await, Error::NotFound(ResourceType::Project));
    assert_fails!(look_up(&*storage, as_owner.into()).await, Error::NotFound(ResourceType::Organization));
    restore(&*storage, acme.id).await.unwrap();
    for owner in [as_owner, beneath] {
        assert_eq!(look_up(&*storage, owner.into()).await.unwrap(), owner);
    }

    let ada = user("ada");
    insert_user(&*storage, &ada).await.unwrap();
    delete_user(&*storage, ada.id).await.unwrap();
    assert_fails!(look_up(&*storage, OwnerRef::User(ada.id)).await, Error::NotFound(ResourceType::User));
}

/// A new key of `owner` that is stored, and its hash.
async fn key_of(storage: &dyn Storage, owner: Owner) -> (ApiKey, SecretHash) {
    let (key, hash) = api_key_of(owner, "key");
    insert_key(storage, &key, &hash).await.unwrap();
    (key, hash)
}

async fn keys(storage: &dyn Storage, filter: ApiKeyFilter) -> Vec<ApiKey> {
    storage.list_api_keys(everything(), filter, &PageRequest::default()).await.unwrap().into_items()
}

/// Keys of every kind of owner are found, and listed by owner and by kind: those of an organization without those of its
/// projects.
pub async fn of_every_kind_have_keys(storage: Arc<dyn Storage>) {
    let owners = every_owner(&*storage).await;
    let second = project(&organization("second"), "second");
    for (owner, kind) in owners.into_iter().zip(OwnerType::ALL) {
        let (key, hash) = key_of(&*storage, owner).await;
        assert_eq!(storage.find_api_key(everything(), key.id).await.unwrap(), key);
        assert_eq!(find_by_hash(&*storage, &hash).await.as_ref(), Some(&key));
        for filter in [ApiKeyFilter::Owner(owner), ApiKeyFilter::OwnerType(kind)] {
            assert_eq!(keys(&*storage, filter).await, std::slice::from_ref(&key), "{filter:?}");
        }
    }
    assert_eq!(keys(&*storage, ApiKeyFilter::All).await.len(), owners.len());
    for nobody in [owner_of(&second), Owner::User(UserId::new(fresh_id()))] {
        assert_eq!(keys(&*storage, ApiKeyFilter::Owner(nobody)).await, []);
    }
}

/// The keys of what is deleted, or is beneath it, are nowhere but where a secret is looked up, which tells that the owner
/// is gone; with it they come back as they were.
pub async fn take_their_keys_along(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    let (web, app) = (project(&acme, "web"), project(&acme, "app"));
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    insert_project(&*storage, &app).await.unwrap();
    let mut all = Vec::new();
    for owner in [Owner::Organization(acme.id), owner_of(&web), owner_of(&app), Owner::System] {
        all.push(key_of(&*storage, owner).await);
    }
    // Tells which of the keys are there: all four, by every way of looking.
    let are_there = async || {
        let mut there = Vec::new();
        for (key, hash) in &all {
            let credential = storage.find_credential(hash).await.unwrap().unwrap();
            assert_eq!((&credential.key, credential.valid_until), (key, None));
            let id = key.id;
            let found = storage.find_api_key(everything(), id).await;
            let locked = within_unit!(storage, |t| t.lock_api_key(everything(), id));
            let listed = keys(&*storage, ApiKeyFilter::Owner(key.owner)).await;
            let is_listed = keys(&*storage, ApiKeyFilter::All).await.contains(key);
            let is_live = credential.owner_state == OwnerState::Active;
            if is_live {
                assert_eq!((&found.unwrap(), &locked.unwrap(), &listed[..]), (key, key, std::slice::from_ref(key)));
            } else {
                assert_fails!(found, no_key!());
                assert_fails!(locked, no_key!());
                assert_eq!(listed, []);
            }
            assert_eq!(is_listed, is_live);
            there.push(is_live);
        }
        there
    };
    assert_eq!(are_there().await, [true, true, true, true]);
    delete_project(&*storage, &web).await.unwrap();
    assert_eq!(are_there().await, [true, false, true, true]);
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(are_there().await, [false, false, false, true]);
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(are_there().await, [true, false, true, true]);
    restore_project(&*storage, &web).await.unwrap();
    assert_eq!(are_there().await, [true, true, true, true]);
}

/// The keys that are not revoked are counted of an organization with its projects, the deleted ones too, and of a user.
pub async fn have_their_keys_counted(storage: Arc<dyn Storage>) {
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
    for (owner, revoked_at, expires_at) in [
        (Owner::Organization(acme.id), None, None),
        (owner_of(&web), None, Some(at(-1))),
        (owner_of(&web), Some(at(1)), None),
        (owner_of(&gone), None, None),
        (owner_of(&app), None, None),
        (Owner::User(ada.id), None, None),
        (Owner::User(ada.id), None, Some(at(-1))),
        (Owner::User(ada.id), Some(at(1)), None),
        (Owner::System, None, None),
    ] {
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &ApiKey { revoked_at, expires_at, ..key }, &hash).await.unwrap();
    }
    delete_project(&*storage, &gone).await.unwrap();
    for (holder, expected) in [
        (Holder::Organization(acme.id), 3),
        (Holder::Organization(other.id), 1),
        (Holder::User(ada.id), 2),
        (Holder::User(bob.id), 0),
    ] {
        assert_eq!(within_unit!(storage, |t| t.count_api_keys(holder)).unwrap(), expected, "{holder:?}");
    }
}
