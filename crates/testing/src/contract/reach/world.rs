//! Two tenants with everything that there is, and what a scope shows of them.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error,
    api_keys::{ApiKey, ApiKeyFilter},
    audit_log::ChainId,
    authorization::TenantScope,
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    owners::{Owner, OwnerRef},
    pagination::{Page, PageRequest, PageSize, Positioned},
    projects::{Project, ProjectFilter, ProjectRef},
    providers::{DynamicProvider, ProviderFilter},
    users::{User, UserFilter},
};

use crate::contract::{
    Storage,
    steps::{
        api_key_of, chain_of, delete, delete_project, insert, insert_key, insert_member, insert_project,
        insert_provider, insert_user, member, members_of, organization, owner_of, project, provider, user, within_unit,
    },
};

/// The organizations acme and other, and one that is deleted; the projects web and app of acme, one that is deleted, and
/// one of other; a key and a dynamic provider of each of them; the user bob, who is a member of all of them, and ada, who is of none.
pub(super) struct World {
    storage: Arc<dyn Storage>,
    pub(super) acme: Organization,
    pub(super) other: Organization,
    gone: Organization,
    pub(super) web: Project,
    app: Project,
    old: Project,
    theirs: Project,
    pub(super) ada: User,
    bob: User,
    keys: Vec<(&'static str, ApiKey)>,
    providers: Vec<(&'static str, DynamicProvider)>,
}

impl World {
    pub(super) async fn new(storage: &Arc<dyn Storage>) -> Self {
        let [acme, other, gone] = ["acme", "other", "gone"].map(organization);
        let [web, app, old] = ["web", "app", "old"].map(|text| project(&acme, text));
        let (theirs, ada, bob) = (project(&other, "theirs"), user("ada"), user("bob"));
        for user in [&ada, &bob] {
            insert_user(&**storage, user).await.unwrap();
        }
        for organization in [&acme, &other, &gone] {
            insert(&**storage, organization).await.unwrap();
            let of = MemberOf::Organization(organization.id);
            insert_member(&**storage, &member(&bob, of, Role::Owner)).await.unwrap();
        }
        for project in [&web, &app, &old, &theirs] {
            insert_project(&**storage, project).await.unwrap();
            insert_member(&**storage, &member(&bob, members_of(project), Role::Owner)).await.unwrap();
        }
        let gone = delete(&**storage, gone.id).await.unwrap();
        let old = delete_project(&**storage, &old).await.unwrap();
        let storage = Arc::clone(storage);
        let (keys, providers) = (vec![], vec![]);
        let mut world = Self { storage, acme, other, gone, web, app, old, theirs, ada, bob, keys, providers };
        for (label, owner) in world.owners() {
            let (key, hash) = api_key_of(owner, label);
            insert_key(&*world.storage, &key, &hash).await.unwrap();
            world.keys.push((label, key));
            if owner != Owner::System {
                let provider = provider(owner, label);
                insert_provider(&*world.storage, &provider).await.unwrap();
                world.providers.push((label, provider));
            }
        }
        world
    }

    pub(super) fn members_of_app(&self) -> MemberOf {
        members_of(&self.app)
    }

    fn owners(&self) -> [(&'static str, Owner); 8] {
        [
            ("installation", Owner::System),
            ("acme", Owner::Organization(self.acme.id)),
            ("other", Owner::Organization(self.other.id)),
            ("web", owner_of(&self.web)),
            ("app", owner_of(&self.app)),
            ("theirs", owner_of(&self.theirs)),
            ("ada", Owner::User(self.ada.id)),
            ("bob", Owner::User(self.bob.id)),
        ]
    }

    fn organizations(&self) -> [(&'static str, &Organization); 2] {
        [("acme", &self.acme), ("other", &self.other)]
    }

    fn projects(&self) -> [(&'static str, &Project); 3] {
        [("web", &self.web), ("app", &self.app), ("theirs", &self.theirs)]
    }

    /// All that is to be seen.
    pub(super) fn all(&self) -> Vec<String> {
        let mut all = vec!["deleted organization gone".to_owned(), "deleted project old".to_owned()];
        for (label, _) in self.owners() {
            all.extend([format!("owner {label}"), format!("key of {label}")]);
        }
        for (label, _) in self.organizations() {
            all.extend([format!("organization {label}"), format!("organization {label} of bob")]);
        }
        all.extend(self.providers.iter().map(|(label, _)| format!("provider of {label}")));
        all.extend(["acme", "gone", "installation", "other"].map(|label| format!("chain of {label}")));
        all.extend(self.projects().map(|(label, _)| format!("project {label}")));
        all.extend(["acme", "other", "web", "app", "theirs"].map(|label| format!("members of {label}")));
        all.extend(["ada", "bob"].map(|label| format!("user {label}")));
        all.sort();
        all
    }

    /// What lies within a scope, each thing by a label. That all ways of asking for a thing agree is seen to as well.
    pub(super) async fn seen(&self, scope: TenantScope) -> Vec<String> {
        let mut seen = Vec::new();
        let mut note = |label: String, ways: &[bool]| {
            assert!(ways.iter().all(|way| *way == ways[0]), "{label}: {ways:?}");
            if ways[0] {
                seen.push(label);
            }
        };
        for (label, made) in self.organizations() {
            note(format!("organization {label}"), &self.organization_is_there(scope, made).await);
            note(format!("organization {label} of bob"), &[self.is_organization_of_bob(scope, made).await]);
            note(format!("members of {label}"), &self.members_are_there(scope, MemberOf::Organization(made.id)).await);
        }
        for (label, made) in self.projects() {
            note(format!("project {label}"), &self.project_is_there(scope, made).await);
            note(format!("members of {label}"), &self.members_are_there(scope, members_of(made)).await);
        }
        for (label, owner) in self.owners() {
            note(format!("owner {label}"), &self.owner_is_there(scope, owner.into()).await);
        }
        for (label, key) in &self.keys {
            note(format!("key of {label}"), &self.key_is_there(scope, key).await);
        }
        for (label, provider) in &self.providers {
            note(format!("provider of {label}"), &self.provider_is_there(scope, provider).await);
        }
        for (label, made) in [("ada", &self.ada), ("bob", &self.bob)] {
            note(format!("user {label}"), &self.user_is_there(scope, made).await);
        }
        for (label, chain) in [
            ("acme", chain_of(&self.acme)),
            ("other", chain_of(&self.other)),
            ("gone", chain_of(&self.gone)),
            ("installation", ChainId::INSTALLATION),
        ] {
            note(format!("chain of {label}"), &self.chain_is_there(scope, chain).await);
        }
        note("deleted organization gone".to_owned(), &self.deleted_organization_is_there(scope).await);
        for (label, made) in [("old", &self.old), ("web", &self.web)] {
            note(format!("deleted project {label}"), &self.deleted_project_is_there(scope, made).await);
        }
        seen.sort();
        seen
    }

    async fn organization_is_there(&self, scope: TenantScope, made: &Organization) -> [bool; 6] {
        let references = [OrganizationRef::Id(made.id), OrganizationRef::Slug(made.slug.clone())];
        let mut ways = Vec::new();
        for reference in references {
            ways.push(is_it(made, self.storage.find_organization(scope, &reference, Deleted::Hidden).await));
            ways.push(is_it(made, within_unit!(self.storage, |t| t.lock_organization(scope, &reference))));
        }
        for deleted in [Deleted::Hidden, Deleted::Included] {
            let list = self
                .storage
                .list_organizations(scope, &OrganizationFilter::default(), &PageRequest::default(), deleted)
                .await;
            ways.push(has(made, list));
        }
        ways.try_into().unwrap()
    }

    async fn is_organization_of_bob(&self, scope: TenantScope, made: &Organization) -> bool {
        let list = self.storage.list_organizations_of_user(scope, self.bob.id, &PageRequest::default()).await.unwrap();
        has(made, Ok(list.map(|of_user| of_user.organization)))
    }

    async fn deleted_organization_is_there(&self, scope: TenantScope) -> [bool; 3] {
        let by_id = OrganizationRef::Id(self.gone.id);
        let found = self.storage.find_organization(scope, &by_id, Deleted::Included).await;
        let list = self
            .storage
            .list_organizations(scope, &OrganizationFilter::default(), &PageRequest::default(), Deleted::Included)
            .await;
        let locked = within_unit!(self.storage, |t| t.lock_deleted_organization(scope, &by_id));
        [is_it(&self.gone, found), has(&self.gone, list), is_it(&self.gone, locked)]
    }

    async fn project_is_there(&self, scope: TenantScope, made: &Project) -> [bool; 5] {
        let of = made.org_id;
        let mut ways = Vec::new();
        for reference in [ProjectRef::Id(made.id), ProjectRef::Slug(made.slug.clone())] {
            ways.push(is_it(made, self.storage.find_project(scope, of, &reference, Deleted::Hidden).await));
            ways.push(is_it(made, within_unit!(self.storage, |t| t.lock_project(scope, of, &reference))));
        }
        ways.push(has(
            made,
            self.storage
                .list_projects(scope, of, &ProjectFilter::default(), &PageRequest::default(), Deleted::Hidden)
                .await,
        ));
        ways.try_into().unwrap()
    }

    async fn deleted_project_is_there(&self, scope: TenantScope, made: &Project) -> [bool; 2] {
        let (of, by_id) = (self.acme.id, ProjectRef::Id(made.id));
        let found = self.storage.find_project(scope, of, &by_id, Deleted::Included).await;
        let list = self
            .storage
            .list_projects(scope, of, &ProjectFilter::default(), &PageRequest::default(), Deleted::Included)
            .await
            .unwrap();
        let is_deleted = |found: &Project| found.id == made.id && found.deleted_at.is_some();
        [found.is_ok_and(|found| is_deleted(&found)), list.items().iter().any(is_deleted)]
    }

    async fn members_are_there(&self, scope: TenantScope, of: MemberOf) -> [bool; 3] {
        let bob = member(&self.bob, of, Role::Owner);
        let id = self.bob.id;
        let found = self.storage.find_member(scope, of, id).await;
        let locked = within_unit!(self.storage, |t| t.lock_member(scope, of, id));
        let list = self.storage.list_members(scope, of, &PageRequest::default()).await;
        [is_it(&bob, found), is_it(&bob, locked), has(&bob, list)]
    }

    async fn owner_is_there(&self, scope: TenantScope, owner: OwnerRef) -> [bool; 2] {
        let found = self.storage.find_owner(scope, &owner).await;
        [found.is_ok(), within_unit!(self.storage, |t| t.lock_owner(scope, &owner)).is_ok()]
    }

    async fn key_is_there(&self, scope: TenantScope, key: &ApiKey) -> [bool; 5] {
        let id = key.id;
        let list = async |filter| has(key, self.storage.list_api_keys(scope, filter, &PageRequest::default()).await);
        [
            is_it(key, self.storage.find_api_key(scope, id).await),
            is_it(key, within_unit!(self.storage, |t| t.lock_api_key(scope, id))),
            list(ApiKeyFilter::All).await,
            list(ApiKeyFilter::Owner(key.owner)).await,
            list(ApiKeyFilter::OwnerType(key.owner.owner_type())).await,
        ]
    }

    async fn provider_is_there(&self, scope: TenantScope, provider: &DynamicProvider) -> [bool; 4] {
        let (id, request) = (provider.id, PageRequest::default());
        let list = async |filter| has(provider, self.storage.list_providers(scope, filter, &request).await);
        [
            is_it(provider, self.storage.find_provider(scope, id).await),
            is_it(provider, within_unit!(self.storage, |t| t.lock_provider(scope, id))),
            list(ProviderFilter::All).await,
            list(ProviderFilter::Owner(provider.owner.into())).await,
        ]
    }

    async fn user_is_there(&self, scope: TenantScope, made: &User) -> [bool; 4] {
        let (id, request) = (made.id, PageRequest::default());
        let found = self.storage.find_user(scope, id).await;
        let locked = within_unit!(self.storage, |t| t.lock_user(scope, id));
        let filter = UserFilter { external_id: Some(made.external_id.clone()), email: made.email.clone() };
        let list = async |filter: UserFilter| has(made, self.storage.list_users(scope, &filter, &request).await);
        [is_it(made, found), is_it(made, locked), list(UserFilter::default()).await, list(filter).await]
    }

    async fn chain_is_there(&self, scope: TenantScope, chain: ChainId) -> [bool; 3] {
        let entries = self.storage.audit_entries(scope, chain, 0, PageSize::MAX).await.unwrap();
        let chains = self.storage.audit_chains(scope, None, PageSize::MAX).await.unwrap();
        let found = self.storage.find_audit_chain(scope, chain).await.unwrap();
        [!entries.is_empty(), chains.iter().any(|found| found.id == chain), found.is_some()]
    }
}

/// Whether it is this thing that was found, in whatever version, and not that none was.
fn is_it<T: Positioned + std::fmt::Debug>(thing: &T, found: Result<T, Error>) -> bool {
    match found {
        Ok(found) => {
            assert_eq!(found.position(), thing.position(), "{found:?}");
            true
        }
        Err(Error::NotFound(_)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// Whether this thing is on the page, which is the only one.
fn has<T: Positioned>(thing: &T, page: Result<Page<T>, Error>) -> bool {
    let page = page.unwrap();
    assert!(!page.has_more());
    page.items().iter().any(|item| item.position() == thing.position())
}
