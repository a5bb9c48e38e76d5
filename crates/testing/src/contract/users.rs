//! The rules of `UserRepository` and `UserWriter`; those of removal are in `user_removal`.

use std::sync::Arc;

use tenancy_domain::{
    Error, ResourceType, UserId,
    members::{Member, MemberOf, Role},
    organizations::Organization,
    pagination::PageRequest,
    users::{OrganizationOfUser, User, UserFilter},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, delete, email, everything, external_id, fresh_id, insert, insert_member, insert_project,
        insert_user, member, members_of, name, no_user, organization, project, remove_member, restore, update_user,
        user, within_unit,
    },
};

/// The error of what another user has.
macro_rules! taken {
    ($field:literal) => {
        Error::AlreadyExists { resource: ResourceType::User, field: $field }
    };
}

async fn find(storage: &dyn Storage, id: UserId) -> Result<User, Error> {
    storage.find_user(everything(), id).await
}

async fn list(storage: &dyn Storage, filter: &UserFilter) -> Vec<User> {
    storage.list_users(everything(), filter, &PageRequest::default()).await.unwrap().into_items()
}

async fn organizations_of(storage: &dyn Storage, id: UserId) -> Vec<OrganizationOfUser> {
    storage.list_organizations_of_user(everything(), id, &PageRequest::default()).await.unwrap().into_items()
}

/// A user is found, and locked, by its id; by another id none is.
pub async fn are_found_by_id(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), User { email: None, name: None, ..user("bob") });
    for user in [&ada, &bob] {
        assert_fails!(find(&*storage, user.id).await, no_user!());
        insert_user(&*storage, user).await.unwrap();
        assert_eq!(find(&*storage, user.id).await.unwrap(), *user);
        let id = user.id;
        assert_eq!(within_unit!(storage, |t| t.lock_user(everything(), id)).unwrap(), *user);
    }
    let unknown = UserId::new(fresh_id());
    assert_fails!(find(&*storage, unknown).await, no_user!());
    assert_fails!(within_unit!(storage, |t| t.lock_user(everything(), unknown)), no_user!());
}

/// A list shows the users, the newest first; a filter lets those through that have all that it asks for.
pub async fn lists_are_filtered(storage: Arc<dyn Storage>) {
    let users = ["ada", "bob", "eve"].into_iter().zip(0..);
    let users = users.map(|(text, n)| User { created_at: at(n), updated_at: at(n), ..user(text) });
    let [ada, bob, eve] = <[User; 3]>::try_from(users.collect::<Vec<_>>()).unwrap();
    let eve = User { email: None, ..eve };
    for user in [&bob, &eve, &ada] {
        insert_user(&*storage, user).await.unwrap();
    }
    let filter = |id: Option<&str>, address: Option<&str>| UserFilter {
        external_id: id.map(external_id),
        email: address.map(email),
    };
    for (filter, expected) in [
        (UserFilter::default(), vec![&eve, &bob, &ada]),
        (filter(Some("bob"), None), vec![&bob]),
        (filter(Some("Bob"), None), vec![]),
        (filter(Some("bo"), None), vec![]),
        (filter(Some("b%b"), None), vec![]),
        (filter(None, Some("ada@example.com")), vec![&ada]),
        (filter(None, Some("ADA@Example.COM")), vec![&ada]),
        (filter(None, Some("eve@example.com")), vec![]),
        (filter(Some("ada"), Some("ada@example.com")), vec![&ada]),
        (filter(Some("ada"), Some("bob@example.com")), vec![]),
    ] {
        let listed = list(&*storage, &filter).await;
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

/// An external id is that of one user, compared byte by byte; an e-mail address as well, in whatever case. Any number of
/// users have no address.
pub async fn external_ids_and_addresses_are_given_once(storage: Arc<dyn Storage>) {
    let ada = user("ada");
    insert_user(&*storage, &ada).await.unwrap();
    let same_id = User { external_id: ada.external_id.clone(), ..user("bob") };
    assert_fails!(insert_user(&*storage, &same_id).await, taken!("external_id"));
    for address in ["ada@example.com", "Ada@EXAMPLE.com"] {
        let same_address = User { email: Some(email(address)), ..user("bob") };
        assert_fails!(insert_user(&*storage, &same_address).await, taken!("email"));
    }
    assert_eq!(list(&*storage, &UserFilter::default()).await, std::slice::from_ref(&ada));

    for text in ["Ada", "ADA", "ada ada", "a-d-a"] {
        insert_user(&*storage, &User { external_id: external_id(text), email: None, ..user("x") }).await.unwrap();
    }
    let bob = user("bob");
    insert_user(&*storage, &bob).await.unwrap();
    let take = |address: &'static str| move |user: &User| User { email: Some(email(address)), ..user.clone() };
    assert_fails!(update_user(&*storage, bob.id, take("aDa@example.com")).await, taken!("email"));
    assert_eq!(find(&*storage, bob.id).await.unwrap(), bob);
    // Its own, written otherwise; and what another gave up.
    update_user(&*storage, ada.id, take("ADA@example.com")).await.unwrap();
    assert_eq!(find(&*storage, ada.id).await.unwrap().email, Some(email("ADA@example.com")));
    update_user(&*storage, ada.id, take("lovelace@example.com")).await.unwrap();
    update_user(&*storage, bob.id, take("ada@example.com")).await.unwrap();
    update_user(&*storage, bob.id, |user| User { email: None, ..user.clone() }).await.unwrap();
    update_user(&*storage, ada.id, take("ada@example.com")).await.unwrap();
}

/// A write replaces every editable field, clears what is to be none, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    let change = |user: &User| User {
        email: Some(email("lovelace@example.com")),
        name: Some(name("Ada Lovelace")),
        updated_at: at(7),
        version: 2,
        ..user.clone()
    };
    let written = update_user(&*storage, ada.id, change).await.unwrap();
    assert_eq!(written, change(&ada));
    assert_eq!(find(&*storage, ada.id).await.unwrap(), written);
    let cleared = update_user(&*storage, ada.id, |user| User { email: None, name: None, ..user.clone() }).await;
    assert_eq!(find(&*storage, ada.id).await.unwrap(), cleared.unwrap());
    assert_eq!(find(&*storage, bob.id).await.unwrap(), bob);
}

/// The organizations of a user are the live ones that it is a member of, the newest first, each with its role there.
pub async fn their_organizations_are_listed(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    let mut expected = Vec::new();
    for (n, role) in (0..).zip(Role::ALL) {
        let made = Organization { created_at: at(n), updated_at: at(n), ..organization(&format!("acme-{n}")) };
        insert(&*storage, &made).await.unwrap();
        let of = MemberOf::Organization(made.id);
        let joined = member(&ada, of, role);
        // In another order than the organizations were made.
        let joined = Member { joined_at: at(100 - n), ..joined };
        insert_member(&*storage, &joined).await.unwrap();
        expected.insert(0, OrganizationOfUser { organization: made, role, joined_at: at(100 - n) });
    }
    let other = organization("other");
    insert(&*storage, &other).await.unwrap();
    insert_member(&*storage, &member(&bob, MemberOf::Organization(other.id), Role::Owner)).await.unwrap();
    // A membership of a project is none of an organization.
    let web = project(&expected[0].organization, "web");
    insert_project(&*storage, &web).await.unwrap();
    insert_member(&*storage, &member(&ada, members_of(&web), Role::Member)).await.unwrap();
    assert_eq!(organizations_of(&*storage, ada.id).await, expected);
    assert_eq!(organizations_of(&*storage, UserId::new(fresh_id())).await, []);

    let gone = expected.remove(1);
    delete(&*storage, gone.organization.id).await.unwrap();
    assert_eq!(organizations_of(&*storage, ada.id).await, expected);
    let organization = restore(&*storage, gone.organization.id).await.unwrap();
    expected.insert(1, OrganizationOfUser { organization, ..gone });
    assert_eq!(organizations_of(&*storage, ada.id).await, expected);
    let left = expected.remove(0);
    remove_member(&*storage, MemberOf::Organization(left.organization.id), ada.id).await.unwrap();
    assert_eq!(organizations_of(&*storage, ada.id).await, expected);
}
