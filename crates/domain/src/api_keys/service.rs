//! The use cases of API keys.

use std::sync::Arc;

use super::{
    ApiKey, ApiKeyChanges, ApiKeyFilter, ApiKeyRepository, ApiKeySecret, GracePeriod, KeyUsage, NewApiKey, Owner,
    OwnerRef, Rejection, Verdict, VerdictCode,
};
use crate::{
    audit_log::{AuditAction, AuditRecord, Change, Subject},
    authorization::{ApiKeysRead, ApiKeysVerify, ApiKeysWrite, Grant, Permission, Reach, Scope, Scopes, TenantScope},
    display_name::DisplayName,
    error::{Error, Violation},
    ids::{ApiKeyId, AuditEntryId},
    organizations::{Deleted, OrganizationRef, OrganizationRepository},
    pagination::{Page, PageRequest},
    ports::{Clock, IdSource, SecretSource},
    timestamp::Timestamp,
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

/// What the service is made of.
#[derive(Clone)]
pub struct ApiKeyServiceParts {
    /// Where keys are read.
    pub repository: Arc<dyn ApiKeyRepository>,
    /// Where organizations are read.
    pub organizations: Arc<dyn OrganizationRepository>,
    /// What writes.
    pub unit_of_work: Arc<dyn UnitOfWork>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Makes secrets.
    pub secrets: Arc<dyn SecretSource>,
    /// Gathers when keys are used.
    pub usage: Arc<KeyUsage>,
    /// How many keys an organization may have that are not revoked, those of all beneath it included.
    pub limit_per_organization: u64,
}

/// What may be done with API keys.
#[derive(Clone)]
pub struct ApiKeyService(ApiKeyServiceParts);

impl ApiKeyService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub const fn new(parts: ApiKeyServiceParts) -> Self {
        Self(parts)
    }

    /// A page of the keys that the caller reaches.
    ///
    /// # Errors
    /// Those of [`ApiKeyRepository::list_api_keys`].
    pub async fn list(
        &self,
        grant: &Grant<ApiKeysRead>,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        self.0.repository.list_api_keys(grant.tenant_scope(), filter, request).await
    }

    /// A page of the keys that an organization itself owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach.
    pub async fn list_of_organization(
        &self,
        grant: &Grant<ApiKeysRead>,
        organization: &OrganizationRef,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        let scope = grant.tenant_scope();
        let organization = self.0.organizations.find_organization(scope, organization, Deleted::Hidden).await?;
        self.list(grant, ApiKeyFilter::Owner(Owner::Organization(organization.id)), request).await
    }

    /// One key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach.
    pub async fn get(&self, grant: &Grant<ApiKeysRead>, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.0.repository.find_api_key(grant.tenant_scope(), id).await
    }

    /// Tells that a key lies within the caller's reach, and nothing else of it, so that any permission will do; see
    /// [`OrganizationService::ensure_within_reach`](crate::organizations::OrganizationService::ensure_within_reach).
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach.
    pub async fn ensure_within_reach<P: Permission>(&self, grant: &Grant<P>, id: ApiKeyId) -> Result<(), Error> {
        self.0.repository.find_api_key(grant.tenant_scope(), id).await.map(drop)
    }

    /// Makes a key with a fresh secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such live owner lies within the caller's reach; [`Error::Forbidden`] for a scope that
    /// governs this service and that the caller has not itself, and for a system key that anyone but a system key asks
    /// for; [`Error::Invalid`] of `expires_at` when it does not lie ahead; [`Error::QuotaExceeded`] when the
    /// organization has as many keys as it may have.
    pub async fn create(&self, grant: &Grant<ApiKeysWrite>, new: NewApiKey) -> Result<IssuedApiKey, Error> {
        let secret = ApiKeySecret::generate(&*self.0.secrets)?;
        let key = self.insert(grant, new, &secret).await?;
        Ok(IssuedApiKey { key, secret })
    }

    /// Changes a key; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] for a scope that governs
    /// this service and that the caller has not itself; [`Error::Invalid`] of `expires_at` when it does not lie ahead.
    pub async fn update(
        &self,
        grant: &Grant<ApiKeysWrite>,
        id: ApiKeyId,
        changes: ApiKeyChanges,
    ) -> Result<ApiKey, Error> {
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    let now = service.0.clock.now();
                    if let Some(scopes) = &changes.scopes {
                        grant.require_to_cover(scopes)?;
                    }
                    require_ahead(changes.expires_at.flatten(), now)?;
                    let Some(written) = current.changed(changes, now) else { return Ok(Outcome::Unchanged(current)) };
                    transaction.update_api_key(&written).await?;
                    let change = Change::updated(&current, &written);
                    let record = service.record(&grant, AuditAction::ApiKeyUpdate, &written, change);
                    Ok(Outcome::Changed(written, record))
                })
            })
            .await
    }

    /// Gives a key a fresh secret, and keeps its id. The former secret works until the grace ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] when the key has a scope
    /// that governs this service and that the caller has not itself: the new secret would give it away;
    /// [`Error::Conflict`] as for [`ApiKey::rotated`].
    pub async fn rotate(
        &self,
        grant: &Grant<ApiKeysWrite>,
        id: ApiKeyId,
        grace: GracePeriod,
    ) -> Result<IssuedApiKey, Error> {
        let secret = ApiKeySecret::generate(&*self.0.secrets)?;
        let (hash, key_prefix) = (secret.hash(), secret.prefix());
        let (service, grant) = (self.clone(), grant.clone());
        let key = self
            .0
            .unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    grant.require_to_cover(&current.scopes)?;
                    let rotated = current.rotated(key_prefix, grace, service.0.clock.now())?;
                    transaction.update_api_key(&rotated).await?;
                    transaction.replace_api_key_secret(id, &hash, rotated.rotation_grace_until).await?;
                    let change = Change::updated(&current, &rotated);
                    let record = service.record(&grant, AuditAction::ApiKeyRotate, &rotated, change);
                    Ok(Outcome::Changed(rotated, record))
                })
            })
            .await?;
        Ok(IssuedApiKey { key, secret })
    }

    /// Revokes a key for good, with all its secrets. Revoking it again changes nothing and keeps the time of the first
    /// revocation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach.
    pub async fn revoke(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<ApiKey, Error> {
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    let Some(revoked) = current.revoked(service.0.clock.now()) else {
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

    /// Tells whether a key that someone showed to the caller is valid, and has `scope` where one is asked for. A key
    /// beyond the caller's reach is unknown.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn verify(
        &self,
        grant: &Grant<ApiKeysVerify>,
        key: &str,
        scope: Option<&Scope>,
    ) -> Result<Verdict, Error> {
        let invalid = |code, key_id| Ok(Verdict::Invalid { code, key_id });
        let Ok(secret) = ApiKeySecret::parse(key) else { return invalid(Rejection::Malformed.into(), None) };
        let credential = self.0.repository.find_credential(&secret.hash()).await?;
        let Some(credential) = credential.filter(|found| reaches(grant.tenant_scope(), found.key.owner)) else {
            return invalid(Rejection::Unknown.into(), None);
        };
        let now = self.0.clock.now();
        let id = credential.key.id;
        match credential.judge(now) {
            Err(rejection) => invalid(rejection.into(), Some(id)),
            Ok(key) if scope.is_some_and(|scope| !key.scopes.cover(scope)) => {
                invalid(VerdictCode::InsufficientScope, Some(id))
            }
            Ok(key) => {
                self.0.usage.saw(id, now);
                Ok(Verdict::Valid(Box::new(key)))
            }
        }
    }

    /// Writes when keys were last used: those that are due, or all at the end of the process.
    ///
    /// # Errors
    /// Those of the storage; what was to be written is then forgotten.
    pub async fn write_uses(&self, at_the_end: bool) -> Result<(), Error> {
        let now = self.0.clock.now();
        let uses = if at_the_end { self.0.usage.take_all(now) } else { self.0.usage.take_due(now) };
        if uses.is_empty() {
            return Ok(());
        }
        self.0.repository.record_api_key_uses(&uses).await
    }

    /// Sees to it that this very secret is that of a system key which may do everything, and makes the key when there
    /// is none. Several instances may ask at once.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key is there but works no more, since it was revoked, has expired, or was given another
    /// secret: it must not come back by a restart; and when it may do less than everything.
    pub async fn ensure_system_key(
        &self,
        grant: &Grant<ApiKeysWrite>,
        name: DisplayName,
        secret: &ApiKeySecret,
    ) -> Result<ApiKey, Error> {
        let hash = secret.hash();
        let credential = if let Some(credential) = self.0.repository.find_credential(&hash).await? {
            credential
        } else {
            let new = NewApiKey { name, owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None };
            match self.insert(grant, new, secret).await {
                // Another instance was faster; or the secret is one that a key had.
                Err(Error::AlreadyExists { .. }) => {
                    let replaced = || Error::Conflict("this key was given another secret".into());
                    self.0.repository.find_credential(&hash).await?.ok_or_else(replaced)?
                }
                inserted => return inserted,
            }
        };
        let key = credential.judge(self.0.clock.now()).map_err(|rejection| match rejection {
            Rejection::Revoked => Error::Conflict("this key was revoked".into()),
            _ => Error::Conflict("this key works no more".into()),
        })?;
        if key.owner != Owner::System || !key.scopes.cover(&Scope::all()) {
            return Err(Error::Conflict("this key is no system key with the scope admin:*".into()));
        }
        Ok(key)
    }

    async fn insert(
        &self,
        grant: &Grant<ApiKeysWrite>,
        new: NewApiKey,
        secret: &ApiKeySecret,
    ) -> Result<ApiKey, Error> {
        if new.owner == OwnerRef::System {
            grant.require_system()?;
        }
        let (hash, key_prefix) = (secret.hash(), secret.prefix());
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let owner = transaction.lock_api_key_owner(grant.tenant_scope(), &new.owner).await?;
                    grant.require_to_cover(&new.scopes)?;
                    // Read after the lock is held, so that times follow the order of the writes.
                    let now = service.0.clock.now();
                    require_ahead(new.expires_at, now)?;
                    if let Some(organization) = owner.organization()
                        && transaction.count_api_keys(organization).await? >= service.0.limit_per_organization
                    {
                        return Err(Error::QuotaExceeded { what: "API keys", limit: service.0.limit_per_organization });
                    }
                    let key = ApiKey::create(ApiKeyId::new(service.0.ids.next(now)), owner, new, key_prefix, now);
                    transaction.insert_api_key(&key, &hash).await?;
                    let record = service.record(&grant, AuditAction::ApiKeyCreate, &key, Change::created(&key));
                    Ok(Outcome::Changed(key, record))
                })
            })
            .await
    }

    fn record(&self, grant: &Grant<ApiKeysWrite>, action: AuditAction, key: &ApiKey, change: Change) -> AuditRecord {
        let subject = Subject { id: key.id.uuid(), organization: key.owner.organization() };
        let id = AuditEntryId::new(self.0.ids.next(key.updated_at));
        AuditRecord::new(id, key.updated_at, grant, action, subject, change)
    }
}

fn require_ahead(expires_at: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    match expires_at {
        Some(end) if end <= now => Err(Violation::new("must lie ahead").of("expires_at")),
        _ => Ok(()),
    }
}

/// Whether what belongs to `owner` lies within `scope`.
fn reaches(scope: TenantScope, owner: Owner) -> bool {
    match scope.reach() {
        Reach::Everything => true,
        Reach::Organization(id) => owner.organization() == Some(id),
    }
}
