//! The keys that the rules try a service with.

use std::sync::Arc;

use tenancy_domain::{
    DisplayName, Timestamp,
    access::Access,
    api_keys::{ApiKeyRepository, ApiKeyService, ApiKeyServiceParts, Credentials, IssuedApiKey, KeyUsage, NewApiKey},
    authorization::{ApiKeysWrite, Caller, Grant, Scope, Scopes},
    effects::Effects,
    members::MemberRepository,
    organizations::OrganizationRepository,
    owners::{OwnerRef, OwnerRepository},
    projects::ProjectRepository,
    unit_of_work::UnitOfWork,
};

use crate::doubles::{FixedClock, PredictableSecrets, SequentialIds};

/// The secrets of system keys, of every kind that is treated in a way of its own.
#[derive(Debug, Clone)]
pub struct Keys {
    /// May do everything.
    pub full: String,
    /// May read: `admin:read`.
    pub read_only: String,
    /// May write, and so not read: `admin:write`.
    pub write_only: String,
    /// Has no scopes at all.
    pub unscoped: String,
    /// Had every scope until it was revoked.
    pub revoked: String,
    /// Had every scope until it expired.
    pub expired: String,
}

impl Keys {
    /// All of them.
    pub(super) fn all(&self) -> [&str; 6] {
        [&self.full, &self.read_only, &self.write_only, &self.unscoped, &self.revoked, &self.expired]
            .map(String::as_str)
    }

    /// Makes the keys in a storage that has none, the same ones each time.
    ///
    /// They are made in the past, so that one can have expired already and no test needs to wait for it.
    ///
    /// # Panics
    /// When storage fails.
    pub async fn make<S>(storage: S) -> Self
    where
        S: OrganizationRepository
            + ProjectRepository
            + MemberRepository
            + OwnerRepository
            + ApiKeyRepository
            + UnitOfWork
            + 'static,
    {
        let past = Timestamp::parse_rfc3339("2020-01-01T00:00:00Z").unwrap();
        let end = Timestamp::parse_rfc3339("2020-01-01T00:00:01Z").unwrap();
        let storage = Arc::new(storage);
        let service = ApiKeyService::new(ApiKeyServiceParts {
            repository: storage.clone(),
            credentials: Credentials::uncached(storage.clone()),
            access: Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone()),
            effects: Effects::new(storage, Arc::new(FixedClock::new(past)), Arc::new(SequentialIds::new())),
            secrets: Arc::new(PredictableSecrets::new()),
            usage: Arc::new(KeyUsage::new()),
            // Of no matter to system keys.
            limit_per_organization: 0,
        });
        let maker = Maker { service, grant: Caller::command_line().authorize().unwrap() };
        let revoked = maker.make(&["admin:*"], None).await;
        maker.service.revoke(&maker.grant, revoked.key.id).await.unwrap();
        Self {
            full: maker.secret(&["admin:*"], None).await,
            read_only: maker.secret(&["admin:read"], None).await,
            write_only: maker.secret(&["admin:write"], None).await,
            unscoped: maker.secret(&[], None).await,
            revoked: revoked.secret.expose().to_owned(),
            expired: maker.secret(&["admin:*"], Some(end)).await,
        }
    }
}

/// Makes keys as the command line does.
struct Maker {
    service: ApiKeyService,
    grant: Grant<ApiKeysWrite>,
}

impl Maker {
    async fn secret(&self, scopes: &[&str], expires_at: Option<Timestamp>) -> String {
        self.make(scopes, expires_at).await.secret.expose().to_owned()
    }

    async fn make(&self, scopes: &[&str], expires_at: Option<Timestamp>) -> IssuedApiKey {
        let scopes = Scopes::new(scopes.iter().map(|scope| Scope::parse(*scope).unwrap())).unwrap();
        let new = NewApiKey { name: DisplayName::parse("test").unwrap(), owner: OwnerRef::System, scopes, expires_at };
        self.service.create(&self.grant, new).await.unwrap()
    }
}
