//! The rules of suspended organizations, as far as storage heeds them; what scopes hold of them is in `reach`.

use std::sync::Arc;

use tenancy_domain::{
    Deleted,
    members::{MemberOf, Role},
    organizations::{OrganizationFilter, OrganizationRef},
    owners::{Owner, OwnerRef, OwnerState},
    pagination::PageRequest,
    projects::ProjectRef,
};

use super::{
    Storage,
    steps::{
        api_key, api_key_of, at, delete, delete_project, everything, find, find_by_slug, find_project, insert,
        insert_key, insert_member, insert_project, insert_user, member, organization, owner_of, project, restore,
        restore_project, resume, suspend, user, within_unit,
    },
};

/// That an organization is suspended is kept with it, through its deletion and its restoration too, until it is resumed; who
/// reaches everything finds and lists it.
pub async fn is_kept(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let suspended = suspend(&*storage, acme.id).await.unwrap();
    assert_eq!(suspended.suspended_at, Some(at(1_500)));
    assert_eq!(find(&*storage, acme.id).await.unwrap(), suspended);
    assert_eq!(find_by_slug(&*storage, &acme.slug).await.unwrap(), suspended);
    let list = storage
        .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), Deleted::Hidden)
        .await
        .unwrap();
    assert_eq!(list.items(), [other.clone(), suspended]);
    delete(&*storage, acme.id).await.unwrap();
    let restored = restore(&*storage, acme.id).await.unwrap();
    assert_eq!(restored.suspended_at, Some(at(1_500)));
    assert_eq!(find(&*storage, acme.id).await.unwrap(), restored);
    let resumed = resume(&*storage, acme.id).await.unwrap();
    assert_eq!(resumed.suspended_at, None);
    assert_eq!(find(&*storage, acme.id).await.unwrap(), resumed);
    assert_eq!(find(&*storage, other.id).await.unwrap(), other);
}

/// With the secret of a key of an organization, or of one of its projects, it is told that the organization is suspended, or
/// that something is deleted, which goes first. Nobody else's secret tells of it, a member's neither.
pub async fn is_told_with_a_secret(storage: Arc<dyn Storage>) {
    use OwnerState::{Active, Deleted, Suspended};

    let (acme, other, ada) = (organization("acme"), organization("other"), user("ada"));
    let (web, app) = (project(&acme, "web"), project(&other, "app"));
    for organization in [&acme, &other] {
        insert(&*storage, organization).await.unwrap();
    }
    for project in [&web, &app] {
        insert_project(&*storage, project).await.unwrap();
    }
    insert_user(&*storage, &ada).await.unwrap();
    insert_member(&*storage, &member(&ada, MemberOf::Organization(acme.id), Role::Owner)).await.unwrap();
    let mut hashes = Vec::new();
    for owner in [
        Owner::Organization(acme.id),
        owner_of(&web),
        Owner::Organization(other.id),
        owner_of(&app),
        Owner::User(ada.id),
        Owner::System,
    ] {
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &key, &hash).await.unwrap();
        hashes.push((key, hash));
    }
    let states = async || {
        let mut states = Vec::new();
        for (key, hash) in &hashes {
            let credential = storage.find_credential(hash).await.unwrap().unwrap();
            assert_eq!((&credential.key, credential.valid_until), (key, None));
            states.push(credential.owner_state);
        }
        let [of_acme, of_web, others @ ..] = &states[..] else { panic!("{states:?}") };
        assert_eq!(others, [Active; 4]);
        (*of_acme, *of_web)
    };
    assert_eq!(states().await, (Active, Active));
    suspend(&*storage, acme.id).await.unwrap();
    assert_eq!(states().await, (Suspended, Suspended));
    delete_project(&*storage, &web).await.unwrap();
    assert_eq!(states().await, (Suspended, Deleted));
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(states().await, (Deleted, Deleted));
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(states().await, (Suspended, Deleted));
    restore_project(&*storage, &web).await.unwrap();
    resume(&*storage, acme.id).await.unwrap();
    assert_eq!(states().await, (Active, Active));
}

/// A member has no role in an organization while it is suspended, and the one that it had afterwards.
pub async fn leaves_no_role(storage: Arc<dyn Storage>) {
    let (acme, other, ada) = (organization("acme"), organization("other"), user("ada"));
    insert_user(&*storage, &ada).await.unwrap();
    for organization in [&acme, &other] {
        insert(&*storage, organization).await.unwrap();
        insert_member(&*storage, &member(&ada, MemberOf::Organization(organization.id), Role::Admin)).await.unwrap();
    }
    let roles = async || {
        let of_acme = storage.find_role(ada.id, acme.id).await.unwrap();
        (of_acme, storage.find_role(ada.id, other.id).await.unwrap())
    };
    suspend(&*storage, acme.id).await.unwrap();
    assert_eq!(roles().await, (None, Some(Role::Admin)));
    resume(&*storage, acme.id).await.unwrap();
    assert_eq!(roles().await, (Some(Role::Admin), Some(Role::Admin)));
}

/// Who reaches everything goes on writing to a suspended organization and all beneath it, and sees a member's organization
/// still.
pub async fn keeps_nobody_from_writing_who_reaches_everything(storage: Arc<dyn Storage>) {
    let (acme, ada) = (organization("acme"), user("ada"));
    let of = MemberOf::Organization(acme.id);
    insert(&*storage, &acme).await.unwrap();
    insert_user(&*storage, &ada).await.unwrap();
    suspend(&*storage, acme.id).await.unwrap();
    let web = project(&acme, "web");
    insert_project(&*storage, &web).await.unwrap();
    insert_member(&*storage, &member(&ada, of, Role::Owner)).await.unwrap();
    for owner in [Owner::Organization(acme.id), owner_of(&web)] {
        assert_eq!(storage.find_owner(everything(), &owner.into()).await.unwrap(), owner);
        let reference = OwnerRef::from(owner);
        assert_eq!(within_unit!(storage, |t| t.lock_owner(everything(), &reference)).unwrap(), owner);
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &key, &hash).await.unwrap();
        let id = key.id;
        assert_eq!(within_unit!(storage, |t| t.lock_api_key(everything(), id)).unwrap(), key);
    }
    let (key, hash) = api_key("system");
    insert_key(&*storage, &key, &hash).await.unwrap();
    assert_eq!(find_project(&*storage, &web).await.unwrap(), web);
    let id = ada.id;
    assert_eq!(within_unit!(storage, |t| t.lock_member(everything(), of, id)).unwrap().role, Role::Owner);
    delete_project(&*storage, &web).await.unwrap();
    let (org_id, web_id) = (acme.id, ProjectRef::Id(web.id));
    assert!(within_unit!(storage, |t| t.lock_deleted_project(everything(), org_id, &web_id)).is_ok());
    let by_slug = OrganizationRef::Slug(acme.slug.clone());
    assert!(within_unit!(storage, |t| t.lock_organization(everything(), &by_slug)).is_ok());
    let page = storage.list_organizations_of_user(everything(), ada.id, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items()[0].organization.suspended_at, Some(at(1_500)));
}
