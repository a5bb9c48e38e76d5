//! What goes with a user that is removed: the rules of `lock_memberships_of_user` and `delete_user`.

use std::sync::Arc;

use tenancy_domain::{
    OrganizationId, UserId,
    api_keys::ApiKey,
    members::{MemberOf, Role},
    organizations::Organization,
    owners::{Holder, Owner},
    pagination::PageRequest,
    projects::Project,
    providers::ProviderFilter,
    users::{RemovedWithUser, User, UserFilter},
};

use super::{
    Storage,
    steps::{
        all_keys, all_members, api_key, api_key_of, assert_fails, at, delete, delete_project, delete_user, everything,
        find_provider, fresh_id, fresh_secret, insert, insert_key, insert_member, insert_project, insert_provider,
        insert_user, list_providers, member, members_of, no_provider, no_user, organization, project, provider,
        replace_secret, restore, restore_project, update_member, user, within_unit,
    },
};

/// An organization with a project, each with these two members, the first of them an owner.
async fn tenant(storage: &dyn Storage, text: &str, [owner, other]: [&User; 2]) -> (Organization, Project) {
    let made = organization(text);
    let web = project(&made, "web");
    insert(storage, &made).await.unwrap();
    insert_project(storage, &web).await.unwrap();
    for of in [MemberOf::Organization(made.id), members_of(&web)] {
        insert_member(storage, &member(owner, of, Role::Owner)).await.unwrap();
        insert_member(storage, &member(other, of, Role::Member)).await.unwrap();
    }
    (made, web)
}

/// The organization that is told of when the memberships of a user are locked.
async fn last_owner_of(storage: &dyn Storage, id: UserId) -> Option<OrganizationId> {
    within_unit!(storage, |t| t.lock_memberships_of_user(id)).unwrap()
}

/// A user is told to be the last owner of an organization, live or deleted, and of the first by id if there are several;
/// beside another owner, in another role, and of a project it is none.
pub async fn the_last_owner_of_an_organization_is_told(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    assert_eq!(last_owner_of(&*storage, ada.id).await, None);
    assert_eq!(last_owner_of(&*storage, UserId::new(fresh_id())).await, None);
    let mut owned = Vec::new();
    for text in ["c", "a", "b"] {
        owned.push(tenant(&*storage, text, [&ada, &bob]).await.0.id);
    }
    assert_eq!(last_owner_of(&*storage, bob.id).await, None);
    delete(&*storage, owned[1]).await.unwrap();
    owned.sort_unstable();
    for id in owned {
        assert_eq!(last_owner_of(&*storage, ada.id).await, Some(id));
        if storage.find_role(ada.id, id).await.unwrap().is_none() {
            restore(&*storage, id).await.unwrap();
        }
        update_member(&*storage, MemberOf::Organization(id), bob.id, Role::Owner).await.unwrap();
    }
    // It is still the last owner of the projects.
    assert_eq!(last_owner_of(&*storage, ada.id).await, None);
    assert_eq!(last_owner_of(&*storage, bob.id).await, None);
}

/// With a user its memberships go, those of what is deleted too, and its keys, revoked ones too, with every secret that
/// they have or had; nobody else's do.
pub async fn takes_memberships_and_keys_along(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    let (live, web) = tenant(&*storage, "live", [&bob, &ada]).await;
    let (gone, gone_web) = tenant(&*storage, "gone", [&bob, &ada]).await;
    let (half, half_web) = tenant(&*storage, "half", [&bob, &ada]).await;
    delete(&*storage, gone.id).await.unwrap();
    delete_project(&*storage, &half_web).await.unwrap();

    let own = Owner::User(ada.id);
    let ((valid, first), (revoked, revoked_hash)) = (api_key_of(own, "valid"), api_key_of(own, "revoked"));
    let revoked = ApiKey { revoked_at: Some(at(1)), ..revoked };
    insert_key(&*storage, &valid, &first).await.unwrap();
    insert_key(&*storage, &revoked, &revoked_hash).await.unwrap();
    let (second, third) = (fresh_secret().hash(), fresh_secret().hash());
    replace_secret(&*storage, valid.id, &second, None).await.unwrap();
    replace_secret(&*storage, valid.id, &third, Some(at(9))).await.unwrap();
    let (bobs, bobs_hash) = api_key_of(Owner::User(bob.id), "bob's");
    let (system, system_hash) = api_key("system");
    let (acmes, acmes_hash) = api_key_of(Owner::Organization(live.id), "acme's");
    for (key, hash) in [(&bobs, &bobs_hash), (&system, &system_hash), (&acmes, &acmes_hash)] {
        insert_key(&*storage, key, hash).await.unwrap();
    }

    let removed = delete_user(&*storage, ada.id).await.unwrap();
    let all = [&web, &gone_web, &half_web];
    for of in all.into_iter().flat_map(|web| [MemberOf::Organization(web.org_id), members_of(web)]) {
        assert!(removed.memberships.contains(&(of, Role::Member)), "{of:?}");
    }
    assert_eq!(removed.memberships.len(), 6);
    for key in [&valid, &revoked] {
        assert!(removed.api_keys.contains(key), "{key:?}");
    }
    assert_eq!(removed.api_keys.len(), 2);

    assert_fails!(storage.find_user(everything(), ada.id).await, no_user!());
    let left = storage.list_users(everything(), &UserFilter::default(), &PageRequest::default()).await.unwrap();
    assert_eq!(left.items(), std::slice::from_ref(&bob));
    for hash in [first, second, third, revoked_hash] {
        assert_eq!(storage.find_credential(&hash).await.unwrap(), None);
    }
    let mut kept = all_keys(&*storage).await;
    kept.sort_by_key(|key| key.id);
    assert_eq!(kept, [bobs, system, acmes]);

    // Nor is any of it left where it could not be seen.
    restore(&*storage, gone.id).await.unwrap();
    restore_project(&*storage, &half_web).await.unwrap();
    for of in [&live, &gone, &half].map(|made| MemberOf::Organization(made.id)).into_iter().chain(all.map(members_of)) {
        let left: Vec<UserId> = all_members(&*storage, of).await.iter().map(|member| member.user.id).collect();
        assert_eq!(left, [bob.id], "{of:?}");
    }
}

/// With a user its dynamic providers go, and nobody else's; what a provider of its was called is free.
pub async fn takes_providers_along(storage: Arc<dyn Storage>) {
    let (ada, bob, acme) = (user("ada"), user("bob"), organization("acme"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    insert(&*storage, &acme).await.unwrap();
    let mut made = Vec::new();
    for (owner, name) in [
        (Owner::User(ada.id), "one"),
        (Owner::User(ada.id), "two"),
        (Owner::User(bob.id), "one"),
        (Owner::Organization(acme.id), "one"),
    ] {
        made.push(provider(owner, name));
    }
    for provider in &made {
        insert_provider(&*storage, provider).await.unwrap();
    }
    let kept = made.split_off(2);
    let removed = delete_user(&*storage, ada.id).await.unwrap();
    assert_eq!((removed.memberships.len(), removed.api_keys.len(), removed.providers.len()), (0, 0, 2));
    for provider in &made {
        assert!(removed.providers.contains(provider), "{provider:?}");
        assert_fails!(find_provider(&*storage, provider.id).await, no_provider!());
    }
    let mut left = list_providers(&*storage, ProviderFilter::All).await;
    left.sort_by_key(|provider| provider.id);
    assert_eq!(left, kept);
    let of_ada = Holder::User(ada.id);
    assert_eq!(within_unit!(storage, |t| t.count_providers(of_ada)).unwrap(), 0);
    // Nor is anything of them left where it could not be seen.
    insert_user(&*storage, &User { external_id: ada.external_id, ..user("eve") }).await.unwrap();
    assert_eq!(storage.count_secrets().await.unwrap().values().sum::<u64>(), 2);
}

/// A user is removed once, and what it had of its own is free for another.
pub async fn is_for_good(storage: Arc<dyn Storage>) {
    let ada = user("ada");
    insert_user(&*storage, &ada).await.unwrap();
    assert_eq!(delete_user(&*storage, ada.id).await.unwrap(), RemovedWithUser::default());
    assert_fails!(delete_user(&*storage, ada.id).await, no_user!());
    let id = ada.id;
    assert_fails!(within_unit!(storage, |t| t.delete_user(id)), no_user!());
    assert_fails!(within_unit!(storage, |t| t.lock_user(everything(), id)), no_user!());
    let again = user("ada");
    insert_user(&*storage, &again).await.unwrap();
    assert_eq!(storage.find_user(everything(), again.id).await.unwrap(), again);
}
