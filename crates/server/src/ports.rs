//! The wiring: the ports that one storage and one machine implement, and the services on top of them.

use std::sync::Arc;

use tenancy_adapters::{
    sealing::ChainHmac,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_domain::{
    Storage,
    access::Access,
    api_keys::{
        ApiKeyRepository, ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, CredentialNotices,
        Credentials, KeyUsage,
    },
    audit_log::{
        AuditLogRepository, AuditLogService, AuditRetention, AuditSweeper, AuditVerifier, ChainKeyRepository,
        ChainKeys, ChainMac,
    },
    effects::Effects,
    idempotency::{IdempotencyRepository, IdempotencyService},
    leases::LeaseRepository,
    members::{MemberRepository, MemberService, MemberServiceParts},
    organizations::{OrganizationRepository, OrganizationService, SlugCooldown},
    owners::OwnerRepository,
    ports::{Clock, IdSource, SecretSource, StorageHealth},
    projects::{ProjectRepository, ProjectService, ProjectServiceParts},
    providers::{ProviderRepository, ProviderService, ProviderServiceParts},
    sealing::{
        MasterKeyRegistry, MasterKeyRepository, MasterKeySource, Rewrapper, RewrapperParts, Sealer,
        StoredSecretRepository,
    },
    unit_of_work::UnitOfWork,
    users::{UserRepository, UserService},
};

/// The ports of one storage and of the machine that the program runs on.
#[derive(Clone)]
pub struct Ports {
    /// The organizations.
    pub organizations: Arc<dyn OrganizationRepository>,
    /// The projects.
    pub projects: Arc<dyn ProjectRepository>,
    /// The users.
    pub users: Arc<dyn UserRepository>,
    /// The members.
    pub members: Arc<dyn MemberRepository>,
    /// The owners of API keys and of dynamic providers.
    pub owners: Arc<dyn OwnerRepository>,
    /// The API keys.
    pub api_keys: Arc<dyn ApiKeyRepository>,
    /// What tells of changes that end keys.
    pub credential_notices: Arc<dyn CredentialNotices>,
    /// Where authentication and verification find keys.
    pub credentials: Credentials,
    /// The dynamic providers.
    pub providers: Arc<dyn ProviderRepository>,
    /// The audit log.
    pub audit_log: Arc<dyn AuditLogRepository>,
    /// What deletes old entries from it.
    pub audit_retention: Arc<dyn AuditRetention>,
    /// The key that its chains are made with.
    pub chain_keys: Arc<dyn ChainKeyRepository>,
    /// Which master keys have come into use.
    pub master_keys: Arc<dyn MasterKeyRepository>,
    /// The secrets that are sealed under them.
    pub stored_secrets: Arc<dyn StoredSecretRepository>,
    /// What one instance does at a time.
    pub leases: Arc<dyn LeaseRepository>,
    /// The requests that may be sent again.
    pub requests: Arc<dyn IdempotencyRepository>,
    /// What all of them are changed through.
    pub unit_of_work: Arc<dyn UnitOfWork>,
    /// Whether they can serve.
    pub health: Arc<dyn StorageHealth>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The ids.
    pub ids: Arc<dyn IdSource>,
    /// The randomness.
    pub secrets: Arc<dyn SecretSource>,
    /// When keys are used, until that is written.
    pub usage: Arc<KeyUsage>,
}

impl Ports {
    /// The ports that `storage` implements, with those of the machine.
    #[must_use]
    pub fn of(storage: impl Storage) -> Self {
        let storage = Arc::new(storage);
        Self {
            organizations: storage.clone(),
            projects: storage.clone(),
            users: storage.clone(),
            members: storage.clone(),
            owners: storage.clone(),
            api_keys: storage.clone(),
            credential_notices: storage.clone(),
            credentials: Credentials::uncached(storage.clone()),
            providers: storage.clone(),
            audit_log: storage.clone(),
            audit_retention: storage.clone(),
            chain_keys: storage.clone(),
            master_keys: storage.clone(),
            stored_secrets: storage.clone(),
            leases: storage.clone(),
            requests: storage.clone(),
            unit_of_work: storage.clone(),
            health: storage,
            clock: Arc::new(SystemClock),
            ids: Arc::new(MonotonicIds::new()),
            secrets: Arc::new(OsRandom),
            usage: Arc::new(KeyUsage::new()),
        }
    }

    /// The same ports with a cache of the keys that are in use, which storage keeps true.
    #[must_use]
    pub fn with_credential_cache(self) -> Self {
        let cache = Arc::new(CredentialCache::new());
        self.credential_notices.subscribe(&cache);
        Self { credentials: Credentials::cached(self.api_keys.clone(), cache), ..self }
    }

    /// What tells what a caller may do where.
    #[must_use]
    pub fn access(&self) -> Access {
        Access::new(self.organizations.clone(), self.projects.clone(), self.members.clone(), self.owners.clone())
    }

    fn effects(&self) -> Effects {
        Effects::new(self.unit_of_work.clone(), self.clock.clone(), self.ids.clone())
    }

    /// What may be done with organizations, whose former slugs are nobody else's for `slug_cooldown_days`.
    #[must_use]
    pub fn organization_service(&self, slug_cooldown_days: u32) -> OrganizationService {
        OrganizationService::new(self.organizations.clone(), self.access(), self.effects())
            .with_slug_cooldown(SlugCooldown::from_days(slug_cooldown_days))
    }

    /// What may be done with projects, of which an organization may have `limit_per_organization`.
    #[must_use]
    pub fn project_service(&self, limit_per_organization: u32) -> ProjectService {
        ProjectService::new(ProjectServiceParts {
            repository: self.projects.clone(),
            access: self.access(),
            effects: self.effects(),
            limit_per_organization: limit_per_organization.into(),
        })
    }

    /// What may be done with users.
    #[must_use]
    pub fn user_service(&self) -> UserService {
        UserService::new(self.users.clone(), self.effects())
    }

    /// What may be done with members, of which an organization may have `limit_per_organization`.
    #[must_use]
    pub fn member_service(&self, limit_per_organization: u32) -> MemberService {
        MemberService::new(MemberServiceParts {
            repository: self.members.clone(),
            access: self.access(),
            effects: self.effects(),
            limit_per_organization: limit_per_organization.into(),
        })
    }

    /// What may be done with API keys, of which an organization may have `limit_per_organization`.
    #[must_use]
    pub fn api_key_service(&self, limit_per_organization: u32) -> ApiKeyService {
        ApiKeyService::new(ApiKeyServiceParts {
            repository: self.api_keys.clone(),
            credentials: self.credentials.clone(),
            access: self.access(),
            effects: self.effects(),
            secrets: self.secrets.clone(),
            usage: self.usage.clone(),
            limit_per_organization: limit_per_organization.into(),
        })
    }

    /// What may be done with dynamic providers, of which an organization may have `limit_per_organization`, and whose keys
    /// `sealer` seals.
    #[must_use]
    pub fn provider_service(
        &self,
        sealer: Arc<dyn Sealer>,
        limit_per_organization: u32,
        allow_loopback_http: bool,
    ) -> ProviderService {
        ProviderService::new(ProviderServiceParts {
            repository: self.providers.clone(),
            access: self.access(),
            effects: self.effects(),
            sealer,
            limit_per_organization: limit_per_organization.into(),
            allow_loopback_http,
        })
    }

    /// What wraps anew what `sealer` finds under former master keys.
    #[must_use]
    pub fn rewrapper(&self, sealer: Arc<dyn Sealer>) -> Rewrapper {
        Rewrapper::new(RewrapperParts {
            secrets: self.stored_secrets.clone(),
            master_keys: self.master_keys.clone(),
            sealer,
            leases: self.leases.clone(),
            clock: self.clock.clone(),
            instance: self.ids.next(self.clock.now()),
        })
    }

    /// What tells whose key a secret is.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        Authenticator::new(self.credentials.clone(), self.clock.clone(), self.usage.clone())
    }

    /// What may be done with the audit log.
    #[must_use]
    pub fn audit_log_service(&self) -> AuditLogService {
        AuditLogService::new(self.audit_log.clone(), self.access())
    }

    /// What verifies the audit log with `mac`, or without one where there is none yet.
    #[must_use]
    pub fn audit_verifier(&self, mac: Option<Arc<dyn ChainMac>>) -> AuditVerifier {
        AuditVerifier::new(self.audit_log.clone(), mac)
    }

    /// What deletes old entries from the audit log.
    #[must_use]
    pub fn audit_sweeper(&self) -> AuditSweeper {
        AuditSweeper::new(self.audit_retention.clone())
    }

    /// What opens the key of the audit chains, which `sealer` sealed.
    #[must_use]
    pub fn chain_keys(&self, sealer: Arc<dyn Sealer>) -> ChainKeys {
        let (secrets, clock) = (self.secrets.clone(), self.clock.clone());
        ChainKeys::new(self.chain_keys.clone(), sealer, secrets, clock, ChainHmac::shared)
    }

    /// What forgets requests that are over.
    #[must_use]
    pub fn idempotency_service(&self) -> IdempotencyService {
        IdempotencyService::new(self.requests.clone(), self.clock.clone())
    }

    /// What tells whether the master keys of `source` are the right ones.
    #[must_use]
    pub fn master_key_registry(&self, source: Arc<dyn MasterKeySource>) -> MasterKeyRegistry {
        MasterKeyRegistry::new(self.master_keys.clone(), self.stored_secrets.clone(), source, self.clock.clone())
    }
}
