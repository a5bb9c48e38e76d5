//! The rules of `MemberRepository` and `MemberWriter`.

use std::sync::Arc;

use tenancy_domain::{
    Error, OrganizationId, ProjectId, ResourceType, UserId,
    members::{Member, MemberOf, Role},
    organizations::Organization,
    projects::Project,
    users::User,
};

use super::{
    Storage,
    steps::{
        all_members, assert_fails, at, delete, delete_project, email, everything, fresh_id, insert, insert_member,
        insert_members, insert_project, insert_user, member, members_of, name, no_member, organization, project,
        remove_member, restore, restore_project, update_member, update_user, user, within_unit,
    },
};

/// Two users, and two organizations with a project each.
struct Tenants {
    ada: User,
    bob: User,
    acme: Organization,
    web: Project,
    other: Organization,
    app: Project,
}

impl Tenants {
    async fn new(storage: &dyn Storage) -> Self {
        let (ada, bob) = (user("ada"), user("bob"));
        let (acme, other) = (organization("acme"), organization("other"));
        let (web, app) = (project(&acme, "web"), project(&other, "app"));
        for user in [&ada, &bob] {
            insert_user(storage, user).await.unwrap();
        }
        for (organization, project) in [(&acme, &web), (&other, &app)] {
            insert(storage, organization).await.unwrap();
            insert_project(storage, project).await.unwrap();
        }
        Self { ada, bob, acme, web, other, app }
    }

    /// What there are members of, each organization before its project.
    fn all(&self) -> [MemberOf; 4] {
        let of = MemberOf::Organization;
        [of(self.acme.id), members_of(&self.web), of(self.other.id), members_of(&self.app)]
    }
}

async fn find(storage: &dyn Storage, of: MemberOf, id: UserId) -> Result<Member, Error> {
    storage.find_member(everything(), of, id).await
}

async fn lock(storage: &dyn Storage, of: MemberOf, id: UserId) -> Result<Member, Error> {
    within_unit!(storage, |t| t.lock_member(everything(), of, id))
}

/// A user can be a member of anything, once of each, in a role of its own there.
pub async fn are_found_where_they_joined(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let (ada, bob) = (&tenants.ada, &tenants.bob);
    let roles = [Role::Owner, Role::Member, Role::Admin, Role::Owner];
    for (n, (of, role)) in (1..).zip(tenants.all().into_iter().zip(roles)) {
        assert_fails!(find(&*storage, of, ada.id).await, no_member!());
        let joined = Member { joined_at: at(n), ..member(ada, of, role) };
        insert_member(&*storage, &joined).await.unwrap();
        assert_eq!(find(&*storage, of, ada.id).await.unwrap(), joined);
        assert_eq!(lock(&*storage, of, ada.id).await.unwrap(), joined);
        assert_fails!(find(&*storage, of, bob.id).await, no_member!());
        assert_fails!(lock(&*storage, of, bob.id).await, no_member!());
    }
    for (of, role) in tenants.all().into_iter().zip(roles) {
        let again = insert_member(&*storage, &member(ada, of, Role::Admin)).await;
        assert_fails!(again, Error::AlreadyExists { resource: ResourceType::Membership, field: "user_id" });
        assert_eq!(find(&*storage, of, ada.id).await.unwrap().role, role);
    }
    let nowhere = OrganizationId::new(fresh_id());
    let no_project = MemberOf::Project { organization: tenants.acme.id, project: ProjectId::new(fresh_id()) };
    for of in [MemberOf::Organization(nowhere), no_project] {
        assert_fails!(find(&*storage, of, ada.id).await, no_member!());
        assert_eq!(all_members(&*storage, of).await, []);
    }
}

/// The role that authorization asks for is the one in the organization itself.
pub async fn have_a_role_in_their_organization(storage: Arc<dyn Storage>) {
    let Tenants { ada, bob, acme, web, other, .. } = Tenants::new(&*storage).await;
    let role = async |user: &User, of: &Organization| storage.find_role(user.id, of.id).await.unwrap();
    assert_eq!(role(&ada, &acme).await, None);
    insert_member(&*storage, &member(&ada, MemberOf::Organization(acme.id), Role::Member)).await.unwrap();
    insert_member(&*storage, &member(&ada, members_of(&web), Role::Owner)).await.unwrap();
    assert_eq!(role(&ada, &acme).await, Some(Role::Member));
    for other_role in Role::ALL {
        update_member(&*storage, MemberOf::Organization(acme.id), ada.id, other_role).await.unwrap();
        assert_eq!(role(&ada, &acme).await, Some(other_role));
    }
    assert_eq!((role(&ada, &other).await, role(&bob, &acme).await), (None, None));
    assert_eq!(storage.find_role(UserId::new(fresh_id()), OrganizationId::new(fresh_id())).await.unwrap(), None);
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(role(&ada, &acme).await, None);
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(role(&ada, &acme).await, Some(Role::Owner));
}

/// A list shows the members of one thing, who joined last first, each as the user is now.
pub async fn are_listed_with_their_users(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let (ada, bob) = (&tenants.ada, &tenants.bob);
    // Who was made last joins first.
    for of in tenants.all() {
        let members =
            [(bob, 1), (ada, 2)].map(|(user, n)| Member { joined_at: at(n), ..member(user, of, Role::Member) });
        insert_members(&*storage, &members).await.unwrap();
        let [first, last] = members;
        assert_eq!(all_members(&*storage, of).await, [last, first]);
    }
    let renamed = |user: &User| User {
        name: Some(name("Ada Lovelace")),
        email: Some(email("lovelace@example.com")),
        version: 2,
        updated_at: at(9),
        ..user.clone()
    };
    let written = update_user(&*storage, ada.id, renamed).await.unwrap();
    for of in tenants.all() {
        assert_eq!(all_members(&*storage, of).await[0].user, written);
        assert_eq!(find(&*storage, of, ada.id).await.unwrap().user, written);
    }
}

/// A role is written where it is written, with its version; when the member joined stays.
pub async fn are_given_another_role(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let (ada, bob) = (&tenants.ada, &tenants.bob);
    for of in tenants.all() {
        insert_members(&*storage, &[member(ada, of, Role::Member), member(bob, of, Role::Member)]).await.unwrap();
    }
    for of in tenants.all() {
        let written = update_member(&*storage, of, ada.id, Role::Owner).await.unwrap();
        assert_eq!(written, Member { version: 2, ..member(ada, of, Role::Owner) });
        assert_eq!(find(&*storage, of, ada.id).await.unwrap(), written);
        assert_eq!(find(&*storage, of, bob.id).await.unwrap(), member(bob, of, Role::Member));
    }
    let nobody = user("nobody");
    for of in tenants.all() {
        let unwritten = member(&nobody, of, Role::Owner);
        assert_fails!(within_unit!(storage, |t| t.update_member(&unwritten)), no_member!());
    }
}

/// Members are counted, and the owners among them, of each thing apart.
pub async fn are_counted(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let (ada, bob) = (&tenants.ada, &tenants.bob);
    let [acme, web, other, app] = tenants.all();
    let counts = async |of: MemberOf| {
        let members = within_unit!(storage, |t| t.count_members(of)).unwrap();
        (members, within_unit!(storage, |t| t.count_owners(of)).unwrap())
    };
    for (user, of, role) in [
        (ada, acme, Role::Owner),
        (bob, acme, Role::Owner),
        (bob, web, Role::Owner),
        (ada, web, Role::Admin),
        (bob, other, Role::Member),
    ] {
        insert_member(&*storage, &member(user, of, role)).await.unwrap();
    }
    for (of, expected) in [(acme, (2, 2)), (web, (2, 1)), (other, (1, 0)), (app, (0, 0))] {
        assert_eq!(counts(of).await, expected, "{of:?}");
    }
    update_member(&*storage, acme, bob.id, Role::Admin).await.unwrap();
    remove_member(&*storage, web, bob.id).await.unwrap();
    assert_eq!((counts(acme).await, counts(web).await), ((2, 1), (1, 0)));
}

/// Who is removed from an organization is removed from its projects, the deleted ones too, and from no others; who is
/// removed from a project stays in the organization.
pub async fn are_removed_from_the_projects_as_well(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let (ada, bob) = (&tenants.ada, &tenants.bob);
    let [acme, web, other, app] = tenants.all();
    let gone = project(&tenants.acme, "gone");
    insert_project(&*storage, &gone).await.unwrap();
    for of in [acme, web, members_of(&gone), other, app] {
        insert_members(&*storage, &[member(ada, of, Role::Admin), member(bob, of, Role::Member)]).await.unwrap();
    }
    delete_project(&*storage, &gone).await.unwrap();

    assert_eq!(remove_member(&*storage, app, ada.id).await.unwrap(), []);
    assert!(find(&*storage, other, ada.id).await.is_ok());
    assert_fails!(find(&*storage, app, ada.id).await, no_member!());

    let along = remove_member(&*storage, acme, ada.id).await.unwrap();
    assert_eq!(along.len(), 2, "{along:?}");
    for of in [web, members_of(&gone)] {
        assert!(along.contains(&(of, Role::Admin)), "{along:?}");
    }
    restore_project(&*storage, &gone).await.unwrap();
    for of in [acme, web, members_of(&gone)] {
        assert_fails!(find(&*storage, of, ada.id).await, no_member!());
        assert_eq!(all_members(&*storage, of).await, [member(bob, of, Role::Member)]);
        let id = ada.id;
        assert_fails!(within_unit!(storage, |t| t.remove_member(of, id)), no_member!());
    }
    // It can join again, and is then no member of the projects.
    insert_member(&*storage, &member(ada, acme, Role::Member)).await.unwrap();
    assert_fails!(find(&*storage, web, ada.id).await, no_member!());
}

/// The members of what is deleted, or is beneath it, are nowhere; with it they come back as they were.
pub async fn those_of_what_is_deleted_are_hidden(storage: Arc<dyn Storage>) {
    let tenants = Tenants::new(&*storage).await;
    let ada = &tenants.ada;
    let [acme, web, other, _] = tenants.all();
    for of in [acme, web, other] {
        insert_member(&*storage, &member(ada, of, Role::Admin)).await.unwrap();
    }
    let is_there = async |of: MemberOf| {
        let listed = all_members(&*storage, of).await;
        let found = [find(&*storage, of, ada.id).await, lock(&*storage, of, ada.id).await];
        if listed.is_empty() {
            for missing in found {
                assert_fails!(missing, no_member!());
            }
            return false;
        }
        let expected = member(ada, of, Role::Admin);
        assert!(found.into_iter().all(|found| found.unwrap() == expected));
        assert_eq!(listed, [expected]);
        true
    };
    assert!(is_there(acme).await && is_there(web).await);
    delete_project(&*storage, &tenants.web).await.unwrap();
    assert!(is_there(acme).await && !is_there(web).await);
    restore_project(&*storage, &tenants.web).await.unwrap();
    assert!(is_there(acme).await && is_there(web).await);
    delete(&*storage, tenants.acme.id).await.unwrap();
    assert!(!is_there(acme).await && !is_there(web).await && is_there(other).await);
    restore(&*storage, tenants.acme.id).await.unwrap();
    assert!(is_there(acme).await && is_there(web).await);
}
