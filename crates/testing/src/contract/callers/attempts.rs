//! What callers try, and how it ends.

use tenancy_domain::{
    Deleted, Error,
    api_keys::{ApiKeyChanges, GracePeriod, IssuedApiKey, NewApiKey},
    authorization::{ApiKeysRead, Caller, Grant, Permission},
    members::{MemberOf, MemberOfRef, Role},
    organizations::{NewOrganization, Organization, OrganizationChanges, OrganizationRef},
    owners::{Owner, OwnerRef},
    pagination::PageRequest,
    projects::{NewProject, Project, ProjectChanges, ProjectFilter, ProjectRef},
    providers::{DynamicProvider, ProviderChanges},
    users::User,
};

use crate::contract::{
    steps::{grant, members_of, name, new_provider, owner_of, scopes, slug},
    use_cases::{UseCases, reference},
};

/// Everything that is tried, in an order in which what succeeds does not stand in the way of what follows.
pub(super) const ALL: &[&str] = &[
    "get the organization",
    "rename the organization",
    "list projects",
    "get the project",
    "get another project",
    "make a project",
    "rename the project",
    "rename another project",
    "restore a project",
    "list members",
    "get a member",
    "add a member",
    "change a role",
    "make an owner",
    "unmake an owner",
    "remove a member",
    "list members of the project",
    "get a member of the project",
    "add a member of the project",
    "change a role in the project",
    "remove a member of the project",
    "list keys of the organization",
    "get a key of the organization",
    "make a key of the organization",
    "make a key of every scope",
    "change a key of the organization",
    "rotate a key of the organization",
    "revoke a key of the organization",
    "list keys of the project",
    "get a key of the project",
    "make a key of the project",
    "make a key of another project",
    "revoke a key of the project",
    "list providers of the organization",
    "get a provider of the organization",
    "make a provider of the organization",
    "change a provider of the organization",
    "reveal a provider of the organization",
    "remove a provider of the organization",
    "list providers of the project",
    "get a provider of the project",
    "make a provider of the project",
    "make a provider of another project",
    "change a provider of the project",
    "reveal a provider of the project",
    "remove a provider of the project",
    "make a system key",
    "make an organization",
    "restore an organization",
    "suspend the organization",
    "resume the organization",
    "purge an organization",
    "delete the organization",
    "delete the project",
];

/// How an attempt was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    AsForbidden,
    AsMissing,
}

/// An organization and all that is tried with it.
pub(super) struct Attempts {
    pub(super) acme: Organization,
    pub(super) web: Project,
    app: Project,
    deleted: Project,
    /// Two deleted organizations: one to be restored, one to be purged.
    gone: Organization,
    purgeable: Organization,
    /// Members of the organization: two of its owners, of whom the first is one of the project as well, and four others.
    owners: [User; 2],
    members: [User; 4],
    /// Who is a member of nothing.
    stranger: User,
    key: IssuedApiKey,
    projects_key: IssuedApiKey,
    provider: DynamicProvider,
    projects_provider: DynamicProvider,
}

fn leave<P: Permission>(caller: &Caller) -> Grant<P> {
    caller.clone().authorize().unwrap()
}

fn new_key(owner: impl Into<OwnerRef>, texts: &[&str]) -> NewApiKey {
    NewApiKey { name: name("tried"), owner: owner.into(), scopes: scopes(texts), expires_at: None }
}

impl Attempts {
    /// Makes an organization that is called `text`, with everything else.
    pub(super) async fn prepare(cases: &UseCases, text: &str) -> Self {
        let acme = cases.organization(text).await;
        let [gone, purgeable] =
            [cases.organization(&format!("{text}-gone")).await, cases.organization(&format!("{text}-purgeable")).await];
        for deleted in [&gone, &purgeable] {
            cases.organizations.delete(&grant(), OrganizationRef::Id(deleted.id)).await.unwrap();
        }
        let web = cases.project(&acme, "web").await;
        let (app, deleted) = (cases.project(&acme, "app").await, cases.project(&acme, "deleted").await);
        let reference = ProjectRef::Id(deleted.id);
        cases.projects.delete(&grant(), &OrganizationRef::Id(acme.id), &reference).await.unwrap();
        let joined = async |user: &str, role| cases.member(&acme, &format!("{user}-of-{text}"), role).await;
        let owners = [joined("ada", Role::Owner).await, joined("bob", Role::Owner).await];
        let mut members = Vec::new();
        for user in ["cyd", "dan", "eve", "fay"] {
            members.push(joined(user, Role::Member).await);
        }
        let members = <[User; 4]>::try_from(members).unwrap();
        cases.join(members_of(&web), &owners[0], Role::Owner).await;
        for user in &members[..2] {
            cases.join(members_of(&web), user, Role::Member).await;
        }
        let stranger = cases.user(&format!("stranger-to-{text}")).await;
        let key = cases.issue(Owner::Organization(acme.id), &["billing"]).await;
        let projects_key = cases.issue(owner_of(&web), &["billing"]).await;
        let provider = cases.provider(Owner::Organization(acme.id), "main").await;
        let projects_provider = cases.provider(owner_of(&web), "main").await;
        Self {
            acme,
            web,
            app,
            deleted,
            gone,
            purgeable,
            owners,
            members,
            stranger,
            key,
            projects_key,
            provider,
            projects_provider,
        }
    }

    /// Removes a user from the organization.
    pub(super) async fn remove(&self, cases: &UseCases, user: Owner) {
        cases.members.remove(&grant(), &self.of_organization(), user.user().unwrap()).await.unwrap();
    }

    /// Makes one attempt, and tells how it was refused, if it was.
    pub(super) async fn attempt(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Option<Refused> {
        let outcome = match self.with_organizations(cases, caller, attempt).await {
            Some(outcome) => outcome,
            None => match self.with_projects(cases, caller, attempt).await {
                Some(outcome) => outcome,
                None => match self.with_members(cases, caller, attempt).await {
                    Some(outcome) => outcome,
                    None => match self.with_providers(cases, caller, attempt).await {
                        Some(outcome) => outcome,
                        None => self.with_keys(cases, caller, attempt).await,
                    },
                },
            },
        };
        match outcome {
            Ok(()) => None,
            Err(Error::Forbidden(_)) => Some(Refused::AsForbidden),
            Err(Error::NotFound(_)) => Some(Refused::AsMissing),
            Err(error) => panic!("{attempt}: {error:?}"),
        }
    }

    fn acme(&self) -> OrganizationRef {
        OrganizationRef::Slug(self.acme.slug.clone())
    }

    fn of_organization(&self) -> MemberOfRef {
        reference(MemberOf::Organization(self.acme.id))
    }

    async fn with_organizations(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Option<Result<(), Error>> {
        let organizations = &cases.organizations;
        Some(match attempt {
            "get the organization" => organizations.get(&leave(caller), &self.acme(), Deleted::Hidden).await.map(drop),
            "rename the organization" => {
                let renamed = OrganizationChanges { name: Some(name("renamed")), ..OrganizationChanges::default() };
                organizations.update(&leave(caller), self.acme(), renamed).await.map(drop)
            }
            "make an organization" => {
                let new = NewOrganization::new(slug("made"), name("made"));
                organizations.create(&leave(caller), new).await.map(drop)
            }
            "restore an organization" => {
                organizations.restore(&leave(caller), OrganizationRef::Id(self.gone.id), None).await.map(drop)
            }
            "suspend the organization" => organizations.suspend(&leave(caller), self.acme()).await.map(drop),
            "resume the organization" => organizations.resume(&leave(caller), self.acme()).await.map(drop),
            "purge an organization" => {
                organizations.purge(&leave(caller), OrganizationRef::Id(self.purgeable.id)).await.map(drop)
            }
            "delete the organization" => match organizations.delete(&leave(caller), self.acme()).await {
                // Undone, so that what follows can be tried.
                Ok(deleted) => organizations.restore(&grant(), OrganizationRef::Id(deleted.id), None).await.map(drop),
                Err(error) => Err(error),
            },
            _ => return None,
        })
    }

    async fn with_projects(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Option<Result<(), Error>> {
        let (projects, acme) = (&cases.projects, self.acme());
        let (web, app) = (ProjectRef::Slug(self.web.slug.clone()), ProjectRef::Id(self.app.id));
        let renamed = ProjectChanges { name: Some(name("renamed")), ..ProjectChanges::default() };
        Some(match attempt {
            "list projects" => projects
                .list(&leave(caller), &acme, &ProjectFilter::default(), &PageRequest::default(), Deleted::Included)
                .await
                .map(drop),
            "get the project" => projects.get(&leave(caller), &acme, &web, Deleted::Hidden).await.map(drop),
            "get another project" => projects.get(&leave(caller), &acme, &app, Deleted::Hidden).await.map(drop),
            "make a project" => {
                let new = NewProject::new(slug("made"), name("made"));
                projects.create(&leave(caller), &acme, new).await.map(drop)
            }
            "rename the project" => projects.update(&leave(caller), &acme, &web, renamed).await.map(drop),
            "rename another project" => projects.update(&leave(caller), &acme, &app, renamed).await.map(drop),
            "restore a project" => {
                projects.restore(&leave(caller), &acme, ProjectRef::Id(self.deleted.id), None).await.map(drop)
            }
            "delete the project" => projects.delete(&leave(caller), &acme, &web).await.map(drop),
            _ => return None,
        })
    }

    async fn with_members(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Option<Result<(), Error>> {
        let (members, request) = (&cases.members, PageRequest::default());
        let (of, of_project) = (self.of_organization(), reference(members_of(&self.web)));
        let [in_both, in_both_as_well, outside_project, superfluous] = self.members.each_ref().map(|user| user.id);
        let owner = self.owners[1].id;
        Some(match attempt {
            "list members" => members.list(&leave(caller), &of, &request).await.map(drop),
            "get a member" => members.get(&leave(caller), &of, in_both).await.map(drop),
            "add a member" => members.add(&leave(caller), &of, self.stranger.id, Role::Member).await.map(drop),
            "change a role" => members.update(&leave(caller), &of, in_both, Some(Role::Admin)).await.map(drop),
            "make an owner" => members.update(&leave(caller), &of, in_both, Some(Role::Owner)).await.map(drop),
            "unmake an owner" => members.remove(&leave(caller), &of, owner).await.map(drop),
            "remove a member" => members.remove(&leave(caller), &of, superfluous).await.map(drop),
            "list members of the project" => members.list(&leave(caller), &of_project, &request).await.map(drop),
            "get a member of the project" => members.get(&leave(caller), &of_project, in_both).await.map(drop),
            "add a member of the project" => {
                members.add(&leave(caller), &of_project, outside_project, Role::Owner).await.map(drop)
            }
            "change a role in the project" => {
                members.update(&leave(caller), &of_project, in_both, Some(Role::Owner)).await.map(drop)
            }
            "remove a member of the project" => {
                members.remove(&leave(caller), &of_project, in_both_as_well).await.map(drop)
            }
            _ => return None,
        })
    }

    async fn with_providers(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Option<Result<(), Error>> {
        let (providers, request) = (&cases.providers, PageRequest::default());
        let (acme, web) = (self.acme(), ProjectRef::Slug(self.web.slug.clone()));
        let (own, of_web) = (Owner::Organization(self.acme.id), owner_of(&self.web));
        let (id, id_of_web) = (self.provider.id, self.projects_provider.id);
        let changed = ProviderChanges { is_enabled: Some(false), ..ProviderChanges::default() };
        Some(match attempt {
            "list providers of the organization" => {
                providers.list_of_organization(&leave(caller), &acme, &request).await.map(drop)
            }
            "get a provider of the organization" => providers.get(&leave(caller), id).await.map(drop),
            "make a provider of the organization" => {
                providers.create(&leave(caller), new_provider(own, "made")).await.map(drop)
            }
            "change a provider of the organization" => providers.update(&leave(caller), id, changed).await.map(drop),
            "reveal a provider of the organization" => providers.reveal(&leave(caller), id).await.map(drop),
            "remove a provider of the organization" => providers.delete(&leave(caller), id).await.map(drop),
            "list providers of the project" => {
                providers.list_of_project(&leave(caller), &acme, &web, &request).await.map(drop)
            }
            "get a provider of the project" => providers.get(&leave(caller), id_of_web).await.map(drop),
            "make a provider of the project" => {
                providers.create(&leave(caller), new_provider(of_web, "made")).await.map(drop)
            }
            "make a provider of another project" => {
                providers.create(&leave(caller), new_provider(owner_of(&self.app), "made")).await.map(drop)
            }
            "change a provider of the project" => providers.update(&leave(caller), id_of_web, changed).await.map(drop),
            "reveal a provider of the project" => providers.reveal(&leave(caller), id_of_web).await.map(drop),
            "remove a provider of the project" => providers.delete(&leave(caller), id_of_web).await.map(drop),
            _ => return None,
        })
    }

    async fn with_keys(&self, cases: &UseCases, caller: &Caller, attempt: &str) -> Result<(), Error> {
        let (keys, acme, web, request) =
            (&cases.api_keys, self.acme(), ProjectRef::Id(self.web.id), PageRequest::default());
        let (own, id) = (Owner::Organization(self.acme.id), self.key.key.id);
        match attempt {
            "list keys of the organization" => {
                keys.list_of_organization(&leave(caller), &acme, &request).await.map(drop)
            }
            "get a key of the organization" => {
                keys.ensure::<ApiKeysRead>(&leave(caller), id).await?;
                keys.get(&leave(caller), id).await.map(drop)
            }
            "make a key of the organization" => {
                keys.create(&leave(caller), new_key(own, &["billing", "admin:projects:write"])).await.map(drop)
            }
            "make a key of every scope" => keys.create(&leave(caller), new_key(own, &["admin:*"])).await.map(drop),
            "change a key of the organization" => {
                let renamed = ApiKeyChanges { name: Some(name("renamed")), ..ApiKeyChanges::default() };
                keys.update(&leave(caller), id, renamed).await.map(drop)
            }
            "rotate a key of the organization" => keys.rotate(&leave(caller), id, GracePeriod::NONE).await.map(drop),
            "revoke a key of the organization" => keys.revoke(&leave(caller), id).await.map(drop),
            "list keys of the project" => keys.list_of_project(&leave(caller), &acme, &web, &request).await.map(drop),
            "get a key of the project" => keys.get(&leave(caller), self.projects_key.key.id).await.map(drop),
            "make a key of the project" => {
                keys.create(&leave(caller), new_key(owner_of(&self.web), &["admin:*"])).await.map(drop)
            }
            "make a key of another project" => {
                keys.create(&leave(caller), new_key(owner_of(&self.app), &["billing"])).await.map(drop)
            }
            "revoke a key of the project" => keys.revoke(&leave(caller), self.projects_key.key.id).await.map(drop),
            "make a system key" => keys.create(&leave(caller), new_key(Owner::System, &["billing"])).await.map(drop),
            other => panic!("{other:?} is no attempt"),
        }
    }
}
