//! The use cases of the core over the storage under test, with a clock that the test sets.

use std::sync::Arc;

use tenancy_domain::{
    api_keys::{ApiKeyService, Authenticator},
    audit_log::AuditLogService,
    organizations::OrganizationService,
};

use super::{
    Storage,
    steps::{IDS, SECRETS, at},
};
use crate::doubles::FixedClock;

pub(super) struct UseCases {
    pub(super) clock: FixedClock,
    pub(super) organizations: OrganizationService,
    pub(super) api_keys: ApiKeyService,
    pub(super) authenticator: Authenticator,
    pub(super) audit_log: AuditLogService,
}

impl UseCases {
    pub(super) fn over(storage: &Arc<dyn Storage>) -> Self {
        let clock = FixedClock::new(at(0));
        let shared_clock = Arc::new(clock.clone());
        Self {
            organizations: OrganizationService::new(
                Arc::clone(storage) as _,
                Arc::clone(storage) as _,
                Arc::clone(&shared_clock) as _,
                Arc::clone(&IDS) as _,
            ),
            api_keys: ApiKeyService::new(
                Arc::clone(storage) as _,
                Arc::clone(storage) as _,
                Arc::clone(&shared_clock) as _,
                Arc::clone(&IDS) as _,
                Arc::clone(&SECRETS) as _,
            ),
            authenticator: Authenticator::new(Arc::clone(storage) as _, shared_clock),
            audit_log: AuditLogService::new(Arc::clone(storage) as _),
            clock,
        }
    }
}
