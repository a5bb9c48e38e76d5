//! Deletions that are only rehearsed: they tell what the deletion comes to, are refused what it is refused, and change
//! nothing.

use std::sync::Arc;

use tenancy_domain::{
    Affected, Deleted, Error,
    audit_log::{AuditEntry, ChainId},
    authorization::{ApiKeysWrite, MembersWrite, OrganizationsWrite, ProjectsWrite, ProvidersWrite, UsersWrite},
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
    projects::{Project, ProjectFilter, ProjectRef},
    providers::ProviderFilter,
    users::{User, UserFilter},
};

use super::{
    Storage,
    steps::{
        all_keys, all_members, assert_fails, chain_of, entries, everything, grant, list_providers, members_of, no_key,
        no_member, no_organization, no_project, no_provider, no_user, owner_of, slug,
    },
    use_cases::{UseCases, reference},
};

const NOTHING: Affected =
    Affected { organizations: 0, projects: 0, users: 0, memberships: 0, api_keys: 0, providers: 0 };

/// An organization with a live and a deleted project, of each of which and of the organization two users are members, and
/// each of which, the users included, has two keys, one of them revoked, and a dynamic provider.
struct World {
    storage: Arc<dyn Storage>,
    cases: UseCases,
    acme: Organization,
    web: Project,
    ada: User,
    bob: User,
}

impl World {
    async fn new(storage: &Arc<dyn Storage>) -> Self {
        let cases = UseCases::over(storage);
        let acme = cases.organization("acme").await;
        let (web, old) = (cases.project(&acme, "web").await, cases.project(&acme, "old").await);
        let (ada, bob) =
            (cases.member(&acme, "ada", Role::Owner).await, cases.member(&acme, "bob", Role::Member).await);
        for project in [&web, &old] {
            cases.join(members_of(project), &ada, Role::Member).await;
            cases.join(members_of(project), &bob, Role::Member).await;
        }
        for owner in
            [Owner::Organization(acme.id), owner_of(&web), owner_of(&old), Owner::User(ada.id), Owner::User(bob.id)]
        {
            cases.issue(owner, &[]).await;
            let revoked = cases.issue(owner, &[]).await;
            cases.api_keys.revoke(&grant::<ApiKeysWrite>(), revoked.key.id).await.unwrap();
            cases.provider(owner, "main").await;
        }
        cases.projects.delete(&grant(), &OrganizationRef::Id(acme.id), &ProjectRef::Id(old.id)).await.unwrap();
        Self { storage: Arc::clone(storage), cases, acme, web, ada, bob }
    }

    fn by_id(&self) -> OrganizationRef {
        OrganizationRef::Id(self.acme.id)
    }

    /// All that there is, and all that was told of it.
    async fn seen(&self) -> (Vec<String>, Vec<AuditEntry>) {
        let request = PageRequest::default();
        let users = self.storage.list_users(everything(), &UserFilter::default(), &request).await.unwrap();
        let deleted = Deleted::Included;
        let mut told = entries(&*self.storage, chain_of(&self.acme)).await;
        told.extend(entries(&*self.storage, ChainId::INSTALLATION).await);
        let seen = vec![
            format!(
                "{:?}",
                self.storage
                    .list_organizations(everything(), &OrganizationFilter::default(), &request, deleted)
                    .await
                    .unwrap()
            ),
            format!(
                "{:?}",
                self.storage
                    .list_projects(everything(), self.acme.id, &ProjectFilter::default(), &request, deleted)
                    .await
                    .unwrap()
            ),
            format!("{:?}", all_members(&*self.storage, MemberOf::Organization(self.acme.id)).await),
            format!("{:?}", all_members(&*self.storage, members_of(&self.web)).await),
            format!("{:?}", all_keys(&*self.storage).await),
            format!("{:?}", list_providers(&*self.storage, ProviderFilter::All).await),
            format!("{users:?}"),
        ];
        (seen, told)
    }
}

/// Of an organization all that is live beneath it would disappear.
pub async fn tell_what_the_deletion_of_an_organization_would_hide(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (organizations, before) = (&world.cases.organizations, world.seen().await);
    let rehearse = async |reference| organizations.rehearse_deletion(&grant::<OrganizationsWrite>(), reference).await;
    let expected = Affected { organizations: 1, projects: 1, memberships: 4, api_keys: 4, providers: 2, ..NOTHING };
    for reference in [world.by_id(), OrganizationRef::Slug(slug("acme"))] {
        assert_eq!(rehearse(reference).await.unwrap(), expected);
    }
    let own = world.cases.grant_of::<OrganizationsWrite>(Owner::User(world.bob.id)).await;
    assert_fails!(organizations.rehearse_deletion(&own, world.by_id()).await, Error::Forbidden(_));
    assert_fails!(rehearse(OrganizationRef::Slug(slug("unknown"))).await, no_organization!());
    let (seen, told) = world.seen().await;
    assert_eq!((&seen[..4], told.len()), (&before.0[..4], before.1.len() + 1));
    organizations.delete(&grant(), world.by_id()).await.unwrap();
    assert_fails!(rehearse(world.by_id()).await, no_organization!());
}

/// Of a deleted organization everything beneath it would be destroyed, what is deleted too.
pub async fn tell_what_a_purge_would_destroy(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let organizations = &world.cases.organizations;
    let rehearse = async |reference| organizations.rehearse_purge(&grant::<OrganizationsWrite>(), reference).await;
    assert_fails!(rehearse(world.by_id()).await, Error::Conflict(_));
    organizations.delete(&grant(), world.by_id()).await.unwrap();
    let before = world.seen().await;
    let expected = Affected { organizations: 1, projects: 2, memberships: 6, api_keys: 6, providers: 3, ..NOTHING };
    for reference in [world.by_id(), OrganizationRef::Slug(slug("acme"))] {
        assert_eq!(rehearse(reference).await.unwrap(), expected);
    }
    assert_eq!(world.seen().await, before);
    assert_eq!(organizations.purge(&grant(), world.by_id()).await.unwrap().affected, expected);
    assert_fails!(rehearse(world.by_id()).await, no_organization!());
}

/// Of a project its memberships and keys would disappear with it.
pub async fn tell_what_the_deletion_of_a_project_would_hide(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (projects, acme, web) = (&world.cases.projects, world.by_id(), ProjectRef::Id(world.web.id));
    let before = world.seen().await;
    let write = grant::<ProjectsWrite>();
    let rehearsed = projects.rehearse_deletion(&write, &acme, &web).await.unwrap();
    assert_eq!(rehearsed, Affected { projects: 1, memberships: 2, api_keys: 2, providers: 1, ..NOTHING });
    let unknown = ProjectRef::Slug(slug("old"));
    assert_fails!(projects.rehearse_deletion(&write, &acme, &unknown).await, no_project!());
    assert_eq!(world.seen().await, before);
    let own = world.cases.grant_of::<ProjectsWrite>(Owner::User(world.bob.id)).await;
    assert_fails!(projects.rehearse_deletion(&own, &acme, &web).await, Error::Forbidden(_));
    projects.delete(&write, &acme, &web).await.unwrap();
    assert_fails!(projects.rehearse_deletion(&write, &acme, &web).await, no_project!());
}

/// With a user its memberships and keys would go, unless it is the last owner of an organization.
pub async fn tell_what_would_go_with_a_user(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (users, write, before) = (&world.cases.users, grant::<UsersWrite>(), world.seen().await);
    let rehearsed = users.rehearse_deletion(&write, world.bob.id).await.unwrap();
    assert_eq!(rehearsed, Affected { users: 1, memberships: 3, api_keys: 2, providers: 1, ..NOTHING });
    assert_fails!(users.rehearse_deletion(&write, world.ada.id).await, Error::Conflict(_));
    assert_eq!(world.seen().await, before);
    let own = world.cases.grant_of::<UsersWrite>(Owner::User(world.bob.id)).await;
    assert_fails!(users.rehearse_deletion(&own, world.bob.id).await, Error::Forbidden(_));
    // The one key more is what was just made.
    let deleted = users.delete(&write, world.bob.id).await.unwrap();
    assert_eq!((deleted.memberships, deleted.api_keys), (3, 3));
    assert_fails!(users.rehearse_deletion(&write, world.bob.id).await, no_user!());
}

/// With a member of an organization its memberships of the projects would go, unless it is the last owner.
pub async fn tell_what_would_go_with_a_member(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (members, write, before) = (&world.cases.members, grant::<MembersWrite>(), world.seen().await);
    let of_acme = reference(MemberOf::Organization(world.acme.id));
    let of_web = reference(members_of(&world.web));
    for (of, memberships) in [(&of_acme, 3), (&of_web, 1)] {
        let rehearsed = members.rehearse_removal(&write, of, world.bob.id).await.unwrap();
        assert_eq!(rehearsed, Affected { memberships, ..NOTHING });
    }
    assert_fails!(members.rehearse_removal(&write, &of_acme, world.ada.id).await, Error::Conflict(_));
    assert_eq!(world.seen().await, before);
    members.remove(&write, &of_acme, world.bob.id).await.unwrap();
    assert_fails!(members.rehearse_removal(&write, &of_web, world.bob.id).await, no_member!());
}

/// A key that is not revoked would be; one that is would stay as it is.
pub async fn tell_whether_a_key_would_be_revoked(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (api_keys, write) = (&world.cases.api_keys, grant::<ApiKeysWrite>());
    let key = world.cases.issue(Owner::Organization(world.acme.id), &[]).await.key;
    let before = world.seen().await;
    let rehearsed = async || api_keys.rehearse_revocation(&write, key.id).await.unwrap();
    assert_eq!(rehearsed().await, Affected { api_keys: 1, ..NOTHING });
    assert_eq!(world.seen().await, before);
    api_keys.revoke(&write, key.id).await.unwrap();
    assert_eq!(rehearsed().await, NOTHING);
    let own = world.cases.grant_of::<ApiKeysWrite>(Owner::User(world.bob.id)).await;
    assert_fails!(api_keys.rehearse_revocation(&own, key.id).await, Error::Forbidden(_));
    let other = world.cases.organization("other").await;
    let foreign = world.cases.grant_of::<ApiKeysWrite>(Owner::Organization(other.id)).await;
    assert_fails!(api_keys.rehearse_revocation(&foreign, key.id).await, no_key!());
}

/// A dynamic provider would be destroyed.
pub async fn tell_that_a_provider_would_go(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (providers, write, before) = (&world.cases.providers, grant::<ProvidersWrite>(), world.seen().await);
    let all = list_providers(&*storage, ProviderFilter::Owner(Owner::Organization(world.acme.id))).await;
    let id = all[0].id;
    assert_eq!(providers.rehearse_deletion(&write, id).await.unwrap(), Affected { providers: 1, ..NOTHING });
    assert_eq!(world.seen().await, before);
    let own = world.cases.grant_of::<ProvidersWrite>(Owner::User(world.bob.id)).await;
    assert_fails!(providers.rehearse_deletion(&own, id).await, Error::Forbidden(_));
    providers.delete(&write, id).await.unwrap();
    assert_fails!(providers.rehearse_deletion(&write, id).await, no_provider!());
}
