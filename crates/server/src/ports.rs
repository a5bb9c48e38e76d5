//! The wiring: the ports that one storage and one machine implement, and the services on top of them.

use std::sync::Arc;

use tenancy_adapters::system::{MonotonicIds, OsRandom, SystemClock};
use tenancy_domain::{
    api_keys::{ApiKeyRepository, ApiKeyService, ApiKeyServiceParts, Authenticator, KeyUsage},
    audit_log::{AuditLogRepository, AuditLogService},
    organizations::{OrganizationRepository, OrganizationService},
    ports::{Clock, IdSource, SecretSource, StorageHealth},
    unit_of_work::UnitOfWork,
};

/// The ports of one storage and of the machine that the program runs on.
#[derive(Clone)]
pub struct Ports {
    /// The organizations.
    pub organizations: Arc<dyn OrganizationRepository>,
    /// The API keys.
    pub api_keys: Arc<dyn ApiKeyRepository>,
    /// The audit log.
    pub audit_log: Arc<dyn AuditLogRepository>,
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
    pub fn of<S>(storage: S) -> Self
    where
        S: OrganizationRepository + ApiKeyRepository + AuditLogRepository + UnitOfWork + StorageHealth + 'static,
    {
        let storage = Arc::new(storage);
        Self {
            organizations: storage.clone(),
            api_keys: storage.clone(),
            audit_log: storage.clone(),
            unit_of_work: storage.clone(),
            health: storage,
            clock: Arc::new(SystemClock),
            ids: Arc::new(MonotonicIds::new()),
            secrets: Arc::new(OsRandom),
            usage: Arc::new(KeyUsage::new()),
        }
    }

    /// What may be done with organizations.
    #[must_use]
    pub fn organization_service(&self) -> OrganizationService {
        OrganizationService::new(
            self.organizations.clone(),
            self.unit_of_work.clone(),
            self.clock.clone(),
            self.ids.clone(),
        )
    }

    /// What may be done with API keys, of which an organization may have `limit_per_organization`.
    #[must_use]
    pub fn api_key_service(&self, limit_per_organization: u32) -> ApiKeyService {
        ApiKeyService::new(ApiKeyServiceParts {
            repository: self.api_keys.clone(),
            organizations: self.organizations.clone(),
            unit_of_work: self.unit_of_work.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            secrets: self.secrets.clone(),
            usage: self.usage.clone(),
            limit_per_organization: limit_per_organization.into(),
        })
    }

    /// What tells whose key a secret is.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        Authenticator::new(self.api_keys.clone(), self.clock.clone(), self.usage.clone())
    }

    /// What may be done with the audit log.
    #[must_use]
    pub fn audit_log_service(&self) -> AuditLogService {
        AuditLogService::new(self.audit_log.clone())
    }
}
