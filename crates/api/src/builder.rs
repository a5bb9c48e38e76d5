//! An [`Api`] over one storage, in a few lines.

use std::sync::Arc;

use tenancy_domain::{
    Storage,
    access::Access,
    api_keys::{ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, Credentials, KeyUsage},
    audit_log::AuditLogService,
    effects::Effects,
    members::{MemberService, MemberServiceParts},
    organizations::{OrganizationService, SlugCooldown},
    ports::{Clock, IdSource, SecretSource},
    projects::{ProjectService, ProjectServiceParts},
    providers::{ProviderService, ProviderServiceParts},
    sealing::Sealer,
    users::UserService,
};

use crate::{
    api::{Api, Limits, Parts},
    client_address::TrustedProxies,
};

/// What an [`Api`] is built from: one storage, which implements every port, and the machine. All else has the defaults of
/// the program `tenancy`.
///
/// ```
/// # fn build() -> Result<tenancy_api::Api, tenancy_domain::Error> {
/// use tenancy_adapters::{memory, system::{MonotonicIds, OsRandom, SystemClock}};
/// use tenancy_api::{ApiBuilder, Quotas};
///
/// let memory = memory::ephemeral()?;
/// let api = ApiBuilder::new(memory.storage, memory.sealer, SystemClock, MonotonicIds::new(), OsRandom)
///     .quotas(Quotas { projects: 10, ..Quotas::default() })
///     .build();
/// # Ok(api)
/// # }
/// # build().unwrap();
/// ```
#[must_use = "it makes an `Api` when it is built"]
pub struct ApiBuilder<S> {
    storage: Arc<S>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    secrets: Arc<dyn SecretSource>,
    quotas: Quotas,
    slug_cooldown: SlugCooldown,
    allow_loopback_http: bool,
    is_cached: bool,
    limits: Limits,
    trusted_proxies: TrustedProxies,
}

/// How much one organization may have. What is revoked or deleted does not count. The defaults are those of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// API keys that work.
    pub api_keys: u32,
    /// Projects.
    pub projects: u32,
    /// Members.
    pub members: u32,
    /// Dynamic providers.
    pub providers: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { api_keys: 500, projects: 1_000, members: 10_000, providers: 100 }
    }
}

impl<S: Storage> ApiBuilder<S> {
    /// Over `storage`, of which `sealer` seals the secrets, on a machine with this clock, these ids and this randomness.
    pub fn new(
        storage: Arc<S>,
        sealer: Arc<dyn Sealer>,
        clock: impl Clock + 'static,
        ids: impl IdSource + 'static,
        secrets: impl SecretSource + 'static,
    ) -> Self {
        Self {
            storage,
            sealer,
            clock: Arc::new(clock),
            ids: Arc::new(ids),
            secrets: Arc::new(secrets),
            quotas: Quotas::default(),
            slug_cooldown: SlugCooldown::default(),
            allow_loopback_http: false,
            is_cached: true,
            limits: Limits::default(),
            trusted_proxies: TrustedProxies::default(),
        }
    }

    /// How much one organization may have.
    pub fn quotas(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    /// For how many days a slug that an organization gave up is nobody else's: 90 by default.
    pub fn slug_cooldown_days(self, days: u32) -> Self {
        Self { slug_cooldown: SlugCooldown::from_days(days), ..self }
    }

    /// Lets dynamic providers be reached over `http` at the machine itself, which they may not be by default.
    pub fn allow_loopback_http(self) -> Self {
        Self { allow_loopback_http: true, ..self }
    }

    /// Has storage asked whose key it is with every request. By default keys that are in use are cached, as long as storage
    /// tells of what ends them.
    pub fn without_authentication_cache(self) -> Self {
        Self { is_cached: false, ..self }
    }

    /// What a request may cost, and how many there may be.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Whose word on a client's address is taken: nobody's by default.
    pub fn trusted_proxies(self, trusted_proxies: TrustedProxies) -> Self {
        Self { trusted_proxies, ..self }
    }

    /// Puts the API together.
    #[must_use]
    pub fn build(self) -> Api {
        let Self { storage, sealer, clock, ids, secrets, quotas, .. } = self;
        let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
        let effects = Effects::new(storage.clone(), clock.clone(), ids.clone());
        let usage = Arc::new(KeyUsage::new());
        let credentials = if self.is_cached {
            let cache = Arc::new(CredentialCache::new());
            storage.subscribe(&cache);
            Credentials::cached(storage.clone(), cache)
        } else {
            Credentials::uncached(storage.clone())
        };
        Api::new(Parts {
            organizations: OrganizationService::new(storage.clone(), access.clone(), effects.clone())
                .with_slug_cooldown(self.slug_cooldown),
            projects: ProjectService::new(ProjectServiceParts {
                repository: storage.clone(),
                access: access.clone(),
                effects: effects.clone(),
                limit_per_organization: quotas.projects.into(),
            }),
            users: UserService::new(storage.clone(), effects.clone()),
            members: MemberService::new(MemberServiceParts {
                repository: storage.clone(),
                access: access.clone(),
                effects: effects.clone(),
                limit_per_organization: quotas.members.into(),
            }),
            api_keys: ApiKeyService::new(ApiKeyServiceParts {
                repository: storage.clone(),
                credentials: credentials.clone(),
                access: access.clone(),
                effects: effects.clone(),
                secrets,
                usage: usage.clone(),
                limit_per_organization: quotas.api_keys.into(),
            }),
            providers: ProviderService::new(ProviderServiceParts {
                repository: storage.clone(),
                access: access.clone(),
                effects,
                sealer: sealer.clone(),
                limit_per_organization: quotas.providers.into(),
                allow_loopback_http: self.allow_loopback_http,
            }),
            audit_log: AuditLogService::new(storage.clone(), access.clone()),
            access,
            authenticator: Authenticator::new(credentials, clock.clone(), usage),
            sealer,
            storage_health: storage,
            clock,
            ids,
            limits: self.limits,
            trusted_proxies: self.trusted_proxies,
        })
    }
}
