//! How far a scope reaches: what lies outside is not there, for reading and for locking, by whatever name it is asked
//! for.

mod world;

use std::sync::Arc;

use tenancy_domain::{
    authorization::{OrganizationsRead, TenantScope},
    members::{MemberOf, Role},
    owners::Owner,
};

use self::world::World;
use super::{
    Storage,
    steps::{
        delete, delete_project, delete_user, everything, insert_member, member, owner_of, remove_member, restore,
        restore_project, resume, suspend, update_member,
    },
    use_cases::UseCases,
};

/// The scope of who bears a key of `owner`.
async fn scope_of(storage: &Arc<dyn Storage>, owner: Owner) -> TenantScope {
    UseCases::over(storage).grant_of::<OrganizationsRead>(owner).await.tenant_scope()
}

/// What an organization's scope holds of the world, and so does that of a user who is a member of it.
const ACME: &[&str] = &[
    "chain of acme",
    "deleted project old",
    "key of acme",
    "key of app",
    "key of web",
    "members of acme",
    "members of app",
    "members of web",
    "organization acme",
    "organization acme of bob",
    "owner acme",
    "owner app",
    "owner web",
    "project app",
    "project web",
    "provider of acme",
    "provider of app",
    "provider of web",
];

/// What the project web takes with it.
const WEB: &[&str] = &["key of web", "members of web", "owner web", "project web", "provider of web"];

/// What everybody's own scope holds of a user.
const ADA: &[&str] = &["key of ada", "owner ada", "provider of ada", "user ada"];

/// These labels in their order, without those.
fn only(labels: &[&[&str]], without: &[&str]) -> Vec<String> {
    let mut labels: Vec<String> = labels.concat().into_iter().map(str::to_owned).collect();
    labels.retain(|label| !without.contains(&label.as_str()));
    labels.sort();
    labels
}

/// An organization's scope holds the organization and all beneath it, and nothing else.
pub async fn of_an_organization_has_all_beneath_it(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let acme = scope_of(&storage, Owner::Organization(world.acme.id)).await;
    assert_eq!(world.seen(acme).await, only(&[ACME], &[]));
    let other = scope_of(&storage, Owner::Organization(world.other.id)).await;
    let seen = [
        "chain of other",
        "key of other",
        "key of theirs",
        "members of other",
        "members of theirs",
        "organization other",
        "organization other of bob",
        "owner other",
        "owner theirs",
        "project theirs",
        "provider of other",
        "provider of theirs",
    ];
    assert_eq!(world.seen(other).await, seen);
}

/// A project's scope holds the project and all beneath it, and the row of its organization, and nothing else.
pub async fn of_a_project_has_the_row_above_it(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let web = scope_of(&storage, owner_of(&world.web)).await;
    let row = ["members of acme", "organization acme", "organization acme of bob", "owner acme"];
    assert_eq!(world.seen(web).await, only(&[WEB, &row], &[]));
}

/// A user's scope holds the organizations that it is a member of and all beneath them, in whatever role, and what is its
/// own; without a membership it holds that alone.
pub async fn of_a_user_has_where_it_is_a_member(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let of = MemberOf::Organization(world.acme.id);
    let ada = scope_of(&storage, Owner::User(world.ada.id)).await;
    assert_eq!(world.seen(ada).await, only(&[ADA], &[]));
    insert_member(&*storage, &member(&world.ada, of, Role::Member)).await.unwrap();
    for role in Role::ALL {
        update_member(&*storage, of, world.ada.id, role).await.unwrap();
        assert_eq!(world.seen(ada).await, only(&[ACME, ADA], &[]), "{role:?}");
    }
    // Whose a project is does not hang on being a member of it.
    insert_member(&*storage, &member(&world.ada, world.members_of_app(), Role::Member)).await.unwrap();
    assert_eq!(world.seen(ada).await, only(&[ACME, ADA], &[]));
    remove_member(&*storage, of, world.ada.id).await.unwrap();
    assert_eq!(world.seen(ada).await, only(&[ADA], &[]));
}

/// The scope that holds everything holds deleted things where they are asked for.
pub async fn of_the_installation_has_everything(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let seen = world.seen(everything()).await;
    assert_eq!(seen, world.all());
    assert_eq!(world.seen(scope_of(&storage, Owner::System).await).await, seen);
}

/// Once an organization or a project is deleted, nothing of it lies within any scope but that which holds everything, and
/// nothing at all within its own; with a restoration all of it does again.
pub async fn of_what_is_deleted_is_empty(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let acme = scope_of(&storage, Owner::Organization(world.acme.id)).await;
    let web = scope_of(&storage, owner_of(&world.web)).await;
    let ada = scope_of(&storage, Owner::User(world.ada.id)).await;
    let of = MemberOf::Organization(world.acme.id);
    insert_member(&*storage, &member(&world.ada, of, Role::Owner)).await.unwrap();
    let before = (world.seen(acme).await, world.seen(web).await, world.seen(ada).await);

    delete_project(&*storage, &world.web).await.unwrap();
    let where_asked_for = ["deleted project web"];
    assert_eq!(world.seen(acme).await, only(&[ACME, &where_asked_for], WEB));
    assert_eq!(world.seen(ada).await, only(&[ACME, ADA, &where_asked_for], WEB));
    assert_eq!(world.seen(web).await, only(&[], &[]));
    restore_project(&*storage, &world.web).await.unwrap();
    assert_eq!((world.seen(acme).await, world.seen(web).await, world.seen(ada).await), before);

    delete(&*storage, world.acme.id).await.unwrap();
    for scope in [acme, web] {
        assert_eq!(world.seen(scope).await, only(&[], &[]));
    }
    assert_eq!(world.seen(ada).await, only(&[ADA], &[]));
    restore(&*storage, world.acme.id).await.unwrap();
    assert_eq!((world.seen(acme).await, world.seen(web).await, world.seen(ada).await), before);

    delete_user(&*storage, world.ada.id).await.unwrap();
    assert_eq!(world.seen(ada).await, only(&[], &[]));
}

/// While an organization is suspended, nothing of it lies within any scope but that which holds everything, for which it is
/// all there; afterwards all of it lies where it did.
pub async fn of_what_is_suspended_is_empty(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let of = MemberOf::Organization(world.acme.id);
    insert_member(&*storage, &member(&world.ada, of, Role::Owner)).await.unwrap();
    let mut scopes = vec![everything()];
    for owner in [Owner::Organization(world.acme.id), owner_of(&world.web), Owner::User(world.ada.id)] {
        scopes.push(scope_of(&storage, owner).await);
    }
    let seen = async || {
        let mut seen = Vec::new();
        for scope in &scopes {
            seen.push(world.seen(*scope).await);
        }
        seen
    };
    let before = seen().await;
    suspend(&*storage, world.acme.id).await.unwrap();
    let none = only(&[], &[]);
    assert_eq!(seen().await, [before[0].clone(), none.clone(), none, only(&[ADA], &[])]);
    resume(&*storage, world.acme.id).await.unwrap();
    assert_eq!(seen().await, before);
}
