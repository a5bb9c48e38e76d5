//! The wiring: the ports that one storage and one machine implement, and the services on top of them.

use std::sync::Arc;

use tenancy_adapters::system::{MonotonicIds, OsRandom, SystemClock};
use tenancy_domain::{
    api_keys::{ApiKeyRepository, ApiKeyService, Authenticator},
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

    /// What may be done with API keys.
    #[must_use]
    pub fn api_key_service(&self) -> ApiKeyService {
        ApiKeyService::new(
            self.api_keys.clone(),
            self.unit_of_work.clone(),
            self.clock.clone(),
            self.ids.clone(),
            self.secrets.clone(),
        )
    }

    /// What tells whose key a secret is.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        Authenticator::new(self.api_keys.clone(), self.clock.clone())
    }

    /// What may be done with the audit log.
    #[must_use]
    pub fn audit_log_service(&self) -> AuditLogService {
        AuditLogService::new(self.audit_log.clone())
    }
}
