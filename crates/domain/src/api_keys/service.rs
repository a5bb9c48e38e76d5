//! The use cases of API keys.

use std::sync::Arc;

use super::{ApiKey, ApiKeyRepository, ApiKeySecret, NewApiKey, Owner, SecretHash};
use crate::{
    audit_log::{AuditAction, AuditRecord, Change, Subject},
    authorization::{ApiKeysRead, ApiKeysWrite, Grant, Scopes},
    display_name::DisplayName,
    error::{Error, ResourceType, Violation},
    ids::{ApiKeyId, AuditEntryId},
    pagination::{Page, PageRequest},
    ports::{Clock, IdSource, SecretSource},
    unit_of_work::{Outcome, UnitOfWork, UnitOfWorkExt},
};

/// A key that was just made, with its secret: the one time that it is to be had.
#[derive(Debug, Clone)]
pub struct IssuedApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret.
    pub secret: ApiKeySecret,
}

/// What may be done with API keys.
#[derive(Clone)]
pub struct ApiKeyService {
    repository: Arc<dyn ApiKeyRepository>,
    unit_of_work: Arc<dyn UnitOfWork>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    secrets: Arc<dyn SecretSource>,
}

impl ApiKeyService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(
        repository: Arc<dyn ApiKeyRepository>,
        unit_of_work: Arc<dyn UnitOfWork>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        secrets: Arc<dyn SecretSource>,
    ) -> Self {
        Self { repository, unit_of_work, clock, ids, secrets }
    }

    /// A page of the keys that the caller reaches.
    ///
    /// # Errors
    /// Those of [`ApiKeyRepository::list_api_keys`].
    pub async fn list(&self, grant: &Grant<ApiKeysRead>, request: &PageRequest) -> Result<Page<ApiKey>, Error> {
        self.repository.list_api_keys(grant.tenant_scope(), request).await
    }

    /// Makes a key with a fresh secret.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `expires_at` when it does not lie ahead.
    pub async fn create(&self, grant: &Grant<ApiKeysWrite>, new: NewApiKey) -> Result<IssuedApiKey, Error> {
        let secret = ApiKeySecret::generate(&*self.secrets)?;
        let key = self.insert(grant, new, &secret).await?;
        Ok(IssuedApiKey { key, secret })
    }

    /// Revokes a key for good. Revoking it again changes nothing and keeps the time of the first revocation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach.
    pub async fn revoke(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<ApiKey, Error> {
        let (service, grant) = (self.clone(), grant.clone());
        self.unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    let Some(revoked) = current.revoked(service.clock.now()) else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_api_key(&revoked).await?;
                    let change = Change::updated(&current, &revoked);
                    let record = service.record(&grant, AuditAction::ApiKeyRevoke, &revoked, change);
                    Ok(Outcome::Changed(revoked, record))
                })
            })
            .await
    }

    /// Sees to it that this very secret is that of a system key which may do everything, and makes the key when there
    /// is none. Several instances may ask at once.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key is there but revoked or expired: it must not come back by a restart.
    pub async fn ensure_system_key(
        &self,
        grant: &Grant<ApiKeysWrite>,
        name: DisplayName,
        secret: &ApiKeySecret,
    ) -> Result<ApiKey, Error> {
        let hash = secret.hash();
        let key = if let Some(key) = self.repository.find_api_key_by_hash(&hash).await? {
            key
        } else {
            let new = NewApiKey { name, owner: Owner::System, scopes: Scopes::all(), expires_at: None };
            match self.insert(grant, new, secret).await {
                // Another instance was faster.
                Err(Error::AlreadyExists { .. }) => self.existing(&hash).await?,
                inserted => inserted?,
            }
        };
        if key.revoked_at.is_some() {
            return Err(Error::Conflict("this key was revoked".into()));
        }
        if key.is_expired(self.clock.now()) {
            return Err(Error::Conflict("this key has expired".into()));
        }
        Ok(key)
    }

    async fn existing(&self, hash: &SecretHash) -> Result<ApiKey, Error> {
        self.repository.find_api_key_by_hash(hash).await?.ok_or(Error::NotFound(ResourceType::ApiKey))
    }

    async fn insert(
        &self,
        grant: &Grant<ApiKeysWrite>,
        new: NewApiKey,
        secret: &ApiKeySecret,
    ) -> Result<ApiKey, Error> {
        let now = self.clock.now();
        if new.expires_at.is_some_and(|end| end <= now) {
            return Err(Violation::new("must lie ahead").of("expires_at"));
        }
        let key = ApiKey::create(ApiKeyId::new(self.ids.next(now)), new, secret.prefix(), now);
        let record = self.record(grant, AuditAction::ApiKeyCreate, &key, Change::created(&key));
        let hash = secret.hash();
        self.unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    transaction.insert_api_key(&key, &hash).await?;
                    Ok(Outcome::Changed(key, record))
                })
            })
            .await
    }

    fn record(&self, grant: &Grant<ApiKeysWrite>, action: AuditAction, key: &ApiKey, change: Change) -> AuditRecord {
        let organization = match key.owner {
            Owner::System => None,
        };
        let subject = Subject { id: key.id.uuid(), organization };
        let id = AuditEntryId::new(self.ids.next(key.updated_at));
        AuditRecord::new(id, key.updated_at, grant, action, subject, change)
    }
}
