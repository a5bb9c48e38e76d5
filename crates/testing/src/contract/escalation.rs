//! Nobody comes to more than they have by way of a key.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    api_keys::{ApiKeyChanges, GracePeriod, NewApiKey, VerdictCode},
    authorization::{ApiKeysRead, ApiKeysVerify, ApiKeysWrite, Caller, Grant},
    members::{MemberOf, Role},
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{
        all_keys, assert_fails, grant, name, no_key, no_organization, no_project, no_user, owner_of, scopes, system_key,
    },
    use_cases::{UseCases, reference},
};

fn key_of(owner: impl Into<OwnerRef>, texts: &[&str]) -> NewApiKey {
    NewApiKey { name: name("key"), owner: owner.into(), scopes: scopes(texts), expires_at: None }
}

fn with_scopes(texts: &[&str]) -> ApiKeyChanges {
    ApiKeyChanges { scopes: Some(scopes(texts)), ..ApiKeyChanges::default() }
}

async fn writer(cases: &UseCases, owner: Owner, texts: &[&str]) -> Grant<ApiKeysWrite> {
    cases.caller(owner, texts).await.0.authorize().unwrap()
}

/// A key of the organization is bound by no role, so that an admin neither makes one that may write the organization or
/// its members, nor takes one over by a rotation, nor makes one of another; an owner does.
pub async fn an_admin_makes_no_key_that_does_an_owners_work(storage: Arc<dyn Storage>) {
    const OF_OWNERS: [&[&str]; 4] =
        [&["admin:*"], &["admin:write"], &["billing", "admin:organizations:write"], &["admin:members:write"]];

    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let own = Owner::Organization(acme.id);
    let web = owner_of(&cases.project(&acme, "web").await);
    let [admin, owner] = [("ada", Role::Admin), ("bob", Role::Owner)];
    let admin = writer(&cases, Owner::User(cases.member(&acme, admin.0, admin.1).await.id), &["admin:*"]).await;
    let owner = writer(&cases, Owner::User(cases.member(&acme, owner.0, owner.1).await.id), &["admin:*"]).await;
    let modest = ["admin:read", "admin:projects:write", "admin:api-keys:write", "admin:api-keys:verify", "billing"];
    let made = cases.api_keys.create(&admin, key_of(own, &modest)).await.unwrap().key;
    cases.api_keys.rotate(&admin, made.id, GracePeriod::NONE).await.unwrap();
    for texts in OF_OWNERS {
        let strong = cases.issue(own, texts).await;
        let before = all_keys(&*storage).await;
        assert_fails!(cases.api_keys.create(&admin, key_of(own, texts)).await, Error::Forbidden(_));
        assert_fails!(cases.api_keys.update(&admin, made.id, with_scopes(texts)).await, Error::Forbidden(_));
        for grace in [GracePeriod::NONE, GracePeriod::default()] {
            assert_fails!(cases.api_keys.rotate(&admin, strong.key.id, grace).await, Error::Forbidden(_));
        }
        assert_eq!(all_keys(&*storage).await, before);
        cases.bearer(&strong.secret).await;
        cases.api_keys.create(&admin, key_of(web, texts)).await.unwrap();

        let weak = cases.api_keys.create(&owner, key_of(own, &["billing"])).await.unwrap().key;
        cases.api_keys.update(&owner, weak.id, with_scopes(texts)).await.unwrap();
        cases.api_keys.rotate(&owner, weak.id, GracePeriod::NONE).await.unwrap();
        cases.api_keys.create(&owner, key_of(own, texts)).await.unwrap();
        // To take away takes no more than an admin.
        cases.api_keys.revoke(&admin, strong.key.id).await.unwrap();
    }
}

/// Nobody's role makes up for a scope that their key has not.
pub async fn a_role_gives_no_scopes(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = owner_of(&cases.project(&acme, "web").await);
    let ada = Owner::User(cases.member(&acme, "ada", Role::Owner).await.id);
    let write = writer(&cases, ada, &["admin:api-keys:write", "admin:projects:read"]).await;
    for owner in [Owner::Organization(acme.id), web, ada] {
        let held = ["admin:projects:read", "admin:api-keys:write", "billing"];
        let made = cases.api_keys.create(&write, key_of(owner, &held)).await.unwrap().key;
        let strong = cases.issue(owner, &["admin:members:read"]).await.key;
        for texts in [&["admin:*"][..], &["admin:read"], &["billing", "admin:members:read"]] {
            assert_fails!(cases.api_keys.create(&write, key_of(owner, texts)).await, Error::Forbidden(_));
            assert_fails!(cases.api_keys.update(&write, made.id, with_scopes(texts)).await, Error::Forbidden(_));
        }
        assert_fails!(cases.api_keys.rotate(&write, strong.id, GracePeriod::NONE).await, Error::Forbidden(_));
    }
}

/// A project's key makes keys of its project, and of nothing else.
pub async fn a_projects_key_makes_keys_of_its_own(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = owner_of(&cases.project(&acme, "web").await);
    let app = owner_of(&cases.project(&acme, "app").await);
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let write = writer(&cases, web, &["admin:*"]).await;
    let create = async |new| cases.api_keys.create(&write, new).await;
    assert_fails!(create(system_key("system")).await, Error::Forbidden(_));
    for texts in [&["admin:*"][..], &["billing"]] {
        assert_fails!(create(key_of(Owner::Organization(acme.id), texts)).await, Error::Forbidden(_));
        assert_fails!(create(key_of(Owner::Organization(other.id), texts)).await, no_organization!());
        assert_fails!(create(key_of(app, texts)).await, no_project!());
        assert_fails!(create(key_of(Owner::User(ada.id), texts)).await, no_user!());
        assert_eq!(create(key_of(web, texts)).await.unwrap().key.owner, web);
    }
}

/// A user's keys are its own: besides it, a system key alone finds them, and neither an organization that the user is a
/// member of nor another member, in whatever role; the user makes none for another.
pub async fn nobody_has_a_users_keys_but_the_user(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = owner_of(&cases.project(&acme, "web").await);
    let ada = Owner::User(cases.member(&acme, "ada", Role::Member).await.id);
    let bob = Owner::User(cases.member(&acme, "bob", Role::Owner).await.id);
    let id = ada.user().unwrap();
    let adas = cases.issue(ada, &["billing"]).await;
    let leave = |caller: &Caller| -> (Grant<ApiKeysRead>, Grant<ApiKeysWrite>, Grant<ApiKeysVerify>) {
        let caller = || caller.clone();
        (caller().authorize().unwrap(), caller().authorize().unwrap(), caller().authorize().unwrap())
    };
    let (keys, request) = (&cases.api_keys, PageRequest::default());
    for owner in [Owner::Organization(acme.id), web, bob] {
        let (read, write, verify) = leave(&cases.caller(owner, &["admin:*"]).await.0);
        assert_fails!(keys.get(&read, adas.key.id).await, no_key!());
        assert_fails!(keys.ensure(&write, adas.key.id).await, no_key!());
        assert_fails!(keys.list_of_user(&read, id, &request).await, no_user!());
        assert_fails!(keys.update(&write, adas.key.id, with_scopes(&[])).await, no_key!());
        assert_fails!(keys.rotate(&write, adas.key.id, GracePeriod::NONE).await, no_key!());
        assert_fails!(keys.revoke(&write, adas.key.id).await, no_key!());
        assert_fails!(keys.create(&write, key_of(ada, &[])).await, no_user!());
        let verdict = keys.verify(&verify, adas.secret.expose(), None).await.unwrap();
        assert_eq!(verdict.code(), VerdictCode::Unknown);
    }

    // The user itself, though it is but a member.
    let (caller, own) = cases.caller(ada, &["admin:*"]).await;
    let (read, write, verify) = leave(&caller);
    assert_eq!(keys.list_of_user(&read, id, &request).await.unwrap().items(), [own.key.clone(), adas.key.clone()]);
    assert_eq!(keys.verify(&verify, adas.secret.expose(), None).await.unwrap().code(), VerdictCode::Valid);
    assert_eq!(keys.create(&write, key_of(ada, &["admin:*"])).await.unwrap().key.owner, ada);
    keys.rotate(&write, adas.key.id, GracePeriod::NONE).await.unwrap();
    keys.revoke(&write, adas.key.id).await.unwrap();
    assert_fails!(keys.create(&write, system_key("system")).await, Error::Forbidden(_));
    let listed = keys.list_of_user(&grant::<ApiKeysRead>(), id, &request).await.unwrap();
    assert_eq!(listed.items().len(), 3);
}

/// What is verified lies within reach, of an organization, a project and a user, and is unknown beyond.
pub async fn a_key_is_verified_within_reach(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = owner_of(&cases.project(&acme, "web").await);
    let app = owner_of(&cases.project(&acme, "app").await);
    let ada = Owner::User(cases.member(&acme, "ada", Role::Member).await.id);
    let (acme, other) = (Owner::Organization(acme.id), Owner::Organization(other.id));
    let mut shown = Vec::new();
    for owner in [acme, other, web, app, ada, Owner::System] {
        shown.push(cases.issue(owner, &["billing"]).await);
    }
    for (owner, reached) in [
        (Owner::System, [true, true, true, true, true, true]),
        (acme, [true, false, true, true, false, false]),
        (other, [false, true, false, false, false, false]),
        (web, [false, false, true, false, false, false]),
        (ada, [true, false, true, true, true, false]),
    ] {
        let verify: Grant<ApiKeysVerify> = cases.grant_of(owner).await;
        for (issued, reached) in shown.iter().zip(reached) {
            let verdict = cases.api_keys.verify(&verify, issued.secret.expose(), None).await.unwrap();
            let expected = if reached { VerdictCode::Valid } else { VerdictCode::Unknown };
            assert_eq!(verdict.code(), expected, "{owner:?} verifies a key of {:?}", issued.key.owner);
        }
    }
}

/// A demotion, and a removal, hold at once for the keys that a user has already.
pub async fn a_lost_role_is_lost_at_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let ada = cases.member(&acme, "ada", Role::Admin).await;
    let write = writer(&cases, Owner::User(ada.id), &["admin:*"]).await;
    let of = reference(MemberOf::Organization(acme.id));
    let create = async || cases.api_keys.create(&write, key_of(Owner::Organization(acme.id), &["billing"])).await;
    let made = create().await.unwrap().key;
    cases.members.update(&grant(), &of, ada.id, Some(Role::Member)).await.unwrap();
    assert_fails!(create().await, Error::Forbidden(_));
    assert_fails!(cases.api_keys.revoke(&write, made.id).await, Error::Forbidden(_));
    cases.members.remove(&grant(), &of, ada.id).await.unwrap();
    assert_fails!(create().await, no_organization!());
    assert_fails!(cases.api_keys.revoke(&write, made.id).await, no_key!());
}
