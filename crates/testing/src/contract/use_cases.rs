//! The use cases of the core over the storage under test, with a clock that the test sets.

use std::sync::Arc;

use tenancy_domain::{
    api_keys::{
        ApiKeySecret, ApiKeyService, ApiKeyServiceParts, Authenticator, IssuedApiKey, KeyUsage, NewApiKey, Owner,
    },
    audit_log::AuditLogService,
    authorization::{ApiKeysWrite, Caller, OrganizationsWrite, Origin},
    organizations::{NewOrganization, Organization, OrganizationService},
};

use super::{
    Storage,
    steps::{IDS, SECRETS, at, grant, name, scopes, slug},
};
use crate::doubles::FixedClock;

/// How many keys an organization may have.
pub(super) const KEY_LIMIT: u64 = 50;

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
        let usage = Arc::new(KeyUsage::new());
        Self {
            organizations: OrganizationService::new(
                Arc::clone(storage) as _,
                Arc::clone(storage) as _,
                Arc::clone(&shared_clock) as _,
                Arc::clone(&IDS) as _,
            ),
            api_keys: ApiKeyService::new(ApiKeyServiceParts {
                repository: Arc::clone(storage) as _,
                organizations: Arc::clone(storage) as _,
                unit_of_work: Arc::clone(storage) as _,
                clock: Arc::clone(&shared_clock) as _,
                ids: Arc::clone(&IDS) as _,
                secrets: Arc::clone(&SECRETS) as _,
                usage: Arc::clone(&usage),
                limit_per_organization: KEY_LIMIT,
            }),
            authenticator: Authenticator::new(Arc::clone(storage) as _, shared_clock, usage),
            audit_log: AuditLogService::new(Arc::clone(storage) as _),
            clock,
        }
    }
    /// Makes an organization.
    pub(super) async fn organization(&self, text: &str) -> Organization {
        let new = NewOrganization { slug: slug(text), name: name(text) };
        self.organizations.create(&grant::<OrganizationsWrite>(), new).await.unwrap()
    }

    /// Makes a key of `owner` with these scopes.
    pub(super) async fn issue(&self, owner: Owner, texts: &[&str]) -> IssuedApiKey {
        let new = NewApiKey { name: name("key"), owner: owner.into(), scopes: scopes(texts), expires_at: None };
        self.api_keys.create(&grant::<ApiKeysWrite>(), new).await.unwrap()
    }

    /// The caller who shows this secret, which lets its bearer in.
    pub(super) async fn bearer(&self, secret: &ApiKeySecret) -> Caller {
        let principal = self.authenticator.authenticate(secret.expose()).await.unwrap().unwrap();
        Caller::new(principal, Origin::default())
    }

    /// The bearer of a new key of an organization with these scopes, and the key.
    pub(super) async fn tenant(&self, organization: &Organization, texts: &[&str]) -> (Caller, IssuedApiKey) {
        let issued = self.issue(Owner::Organization(organization.id), texts).await;
        (self.bearer(&issued.secret).await, issued)
    }
}
