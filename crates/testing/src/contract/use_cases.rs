//! The use cases of the core over the storage under test, with a clock that the test sets.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tenancy_domain::{
    access::Access,
    api_keys::{
        ApiKeyRepository, ApiKeySecret, ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, Credentials,
        IssuedApiKey, KeyUsage, NewApiKey,
    },
    audit_log::{AuditLogService, AuditVerifier, KnownHead, KnownHeads, Verification},
    authorization::{
        ApiKeysWrite, Caller, Grant, MembersWrite, OrganizationsWrite, Origin, Permission, ProjectsWrite,
        ProvidersWrite, UsersWrite,
    },
    effects::Effects,
    members::{Member, MemberOf, MemberOfRef, MemberService, MemberServiceParts, Role},
    organizations::{NewOrganization, Organization, OrganizationRef, OrganizationService, SlugCooldown},
    owners::Owner,
    projects::{NewProject, Project, ProjectRef, ProjectService, ProjectServiceParts},
    providers::{DynamicProvider, ProviderService, ProviderServiceParts},
    users::{NewUser, User, UserService},
};

use super::{
    Storage,
    steps::{IDS, PlainSealer, SECRETS, at, email, external_id, grant, name, new_provider, scopes, slug},
};
use crate::doubles::{FixedClock, PredictableMac};

/// How many keys an organization, or a user, may have.
pub(super) const KEY_LIMIT: u64 = 50;
/// How many projects an organization may have.
pub(super) const PROJECT_LIMIT: u64 = 20;
/// For how many days a former slug is nobody else's.
pub(super) const COOLDOWN_DAYS: u32 = 2;
/// How many members an organization may have.
pub(super) const MEMBER_LIMIT: u64 = 20;
/// How many dynamic providers an organization, or a user, may have.
pub(super) const PROVIDER_LIMIT: u64 = 20;

pub(super) struct UseCases {
    pub(super) clock: FixedClock,
    pub(super) access: Access,
    pub(super) organizations: OrganizationService,
    pub(super) projects: ProjectService,
    pub(super) users: UserService,
    pub(super) members: MemberService,
    pub(super) api_keys: ApiKeyService,
    pub(super) providers: ProviderService,
    /// The same, where providers may be reached at the machine itself.
    pub(super) local_providers: ProviderService,
    /// What seals for both; it begins under the master key 1.
    pub(super) sealer: Arc<PlainSealer>,
    pub(super) authenticator: Authenticator,
    pub(super) audit_log: AuditLogService,
    pub(super) verifier: AuditVerifier,
}

/// How long storage may take until it trusts a cache.
const PATIENCE: Duration = Duration::from_secs(20);

/// A cache that `storage` keeps true, once it is trusted.
pub(super) async fn trusted_cache(storage: &dyn Storage) -> Arc<CredentialCache> {
    let cache = Arc::new(CredentialCache::new());
    storage.subscribe(&cache);
    let begin = Instant::now();
    while !cache.is_trusted(Instant::now()) {
        assert!(begin.elapsed() < PATIENCE, "storage does not trust the cache");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cache
}

impl UseCases {
    /// The use cases, with an authentication that asks storage each time.
    pub(super) fn over(storage: &Arc<dyn Storage>) -> Self {
        Self::with(storage, Credentials::uncached(Arc::clone(storage) as _))
    }

    /// The same with an authentication that has a cache, and asks `repository` for what is not in it.
    pub(super) async fn cached(storage: &Arc<dyn Storage>, repository: Arc<dyn ApiKeyRepository>) -> Self {
        Self::with(storage, Credentials::cached(repository, trusted_cache(&**storage).await))
    }

    fn with(storage: &Arc<dyn Storage>, credentials: Credentials) -> Self {
        let clock = FixedClock::new(at(0));
        let shared_clock = Arc::new(clock.clone());
        let usage = Arc::new(KeyUsage::new());
        let access = Access::new(
            Arc::clone(storage) as _,
            Arc::clone(storage) as _,
            Arc::clone(storage) as _,
            Arc::clone(storage) as _,
        );
        let effects = Effects::new(Arc::clone(storage) as _, Arc::clone(&shared_clock) as _, Arc::clone(&IDS) as _);
        let sealer = Arc::new(PlainSealer::under(&[1]));
        let providers = |allow_loopback_http| {
            ProviderService::new(ProviderServiceParts {
                repository: Arc::clone(storage) as _,
                access: access.clone(),
                effects: effects.clone(),
                sealer: Arc::clone(&sealer) as _,
                limit_per_organization: PROVIDER_LIMIT,
                allow_loopback_http,
            })
        };
        Self {
            organizations: OrganizationService::new(Arc::clone(storage) as _, access.clone(), effects.clone())
                .with_slug_cooldown(SlugCooldown::from_days(COOLDOWN_DAYS)),
            projects: ProjectService::new(ProjectServiceParts {
                repository: Arc::clone(storage) as _,
                access: access.clone(),
                effects: effects.clone(),
                limit_per_organization: PROJECT_LIMIT,
            }),
            users: UserService::new(Arc::clone(storage) as _, effects.clone()),
            members: MemberService::new(MemberServiceParts {
                repository: Arc::clone(storage) as _,
                access: access.clone(),
                effects: effects.clone(),
                limit_per_organization: MEMBER_LIMIT,
            }),
            api_keys: ApiKeyService::new(ApiKeyServiceParts {
                repository: Arc::clone(storage) as _,
                credentials: credentials.clone(),
                access: access.clone(),
                effects: effects.clone(),
                secrets: Arc::clone(&SECRETS) as _,
                usage: Arc::clone(&usage),
                limit_per_organization: KEY_LIMIT,
            }),
            providers: providers(false),
            local_providers: providers(true),
            authenticator: Authenticator::new(credentials, shared_clock, usage),
            audit_log: AuditLogService::new(Arc::clone(storage) as _, access.clone()),
            verifier: AuditVerifier::new(Arc::clone(storage) as _, Some(Arc::new(PredictableMac))),
            access,
            sealer,
            clock,
        }
    }

    /// What a verification of the whole audit log comes to, with these ends of chains known.
    pub(super) async fn verify(&self, known: &[KnownHead]) -> Verification {
        let known: KnownHeads = known.iter().copied().collect();
        self.verifier.verify(&grant(), known).await.unwrap()
    }

    /// Makes an organization.
    pub(super) async fn organization(&self, text: &str) -> Organization {
        let new = NewOrganization::new(slug(text), name(text));
        self.organizations.create(&grant::<OrganizationsWrite>(), new).await.unwrap()
    }

    /// Makes a project of an organization.
    pub(super) async fn project(&self, of: &Organization, text: &str) -> Project {
        let new = NewProject::new(slug(text), name(text));
        self.projects.create(&grant::<ProjectsWrite>(), &OrganizationRef::Id(of.id), new).await.unwrap()
    }

    /// Makes a user.
    pub(super) async fn user(&self, text: &str) -> User {
        let new = NewUser {
            external_id: external_id(text),
            email: Some(email(&format!("{text}@example.com"))),
            name: Some(name(text)),
        };
        self.users.create(&grant::<UsersWrite>(), new).await.unwrap()
    }

    /// Makes a user a member.
    pub(super) async fn join(&self, of: MemberOf, user: &User, role: Role) -> Member {
        self.members.add(&grant::<MembersWrite>(), &reference(of), user.id, role).await.unwrap()
    }

    /// Makes a user that is a member of an organization.
    pub(super) async fn member(&self, of: &Organization, text: &str, role: Role) -> User {
        let user = self.user(text).await;
        self.join(MemberOf::Organization(of.id), &user, role).await;
        user
    }

    /// Makes a key of `owner` with these scopes.
    pub(super) async fn issue(&self, owner: Owner, texts: &[&str]) -> IssuedApiKey {
        let new = NewApiKey { name: name("key"), owner: owner.into(), scopes: scopes(texts), expires_at: None };
        self.api_keys.create(&grant::<ApiKeysWrite>(), new).await.unwrap()
    }

    /// Makes a provider of `owner` that has everything.
    pub(super) async fn provider(&self, owner: Owner, text: &str) -> DynamicProvider {
        self.providers.create(&grant::<ProvidersWrite>(), new_provider(owner, text)).await.unwrap()
    }

    /// The caller who shows this secret, which lets its bearer in.
    pub(super) async fn bearer(&self, secret: &ApiKeySecret) -> Caller {
        let principal = self.authenticator.authenticate(secret.expose()).await.unwrap().unwrap();
        Caller::new(principal, Origin::default())
    }

    /// The bearer of a new key of `owner` with these scopes, and the key.
    pub(super) async fn caller(&self, owner: Owner, texts: &[&str]) -> (Caller, IssuedApiKey) {
        let issued = self.issue(owner, texts).await;
        (self.bearer(&issued.secret).await, issued)
    }

    /// The bearer of a new key of an organization with these scopes, and the key.
    pub(super) async fn tenant(&self, organization: &Organization, texts: &[&str]) -> (Caller, IssuedApiKey) {
        self.caller(Owner::Organization(organization.id), texts).await
    }

    /// Leave to do what `P` stands for, given to the bearer of a new key of `owner` that may do everything.
    pub(super) async fn grant_of<P: Permission>(&self, owner: Owner) -> Grant<P> {
        self.caller(owner, &["admin:*"]).await.0.authorize().unwrap()
    }
}

/// How a caller names what users are members of.
pub(super) fn reference(of: MemberOf) -> MemberOfRef {
    match of {
        MemberOf::Organization(id) => MemberOfRef::Organization(OrganizationRef::Id(id)),
        MemberOf::Project { organization, project } => {
            MemberOfRef::Project(OrganizationRef::Id(organization), ProjectRef::Id(project))
        }
    }
}
