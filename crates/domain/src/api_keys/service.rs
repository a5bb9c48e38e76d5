//! The use cases of API keys.

use std::sync::Arc;

use super::{
    ApiKey, ApiKeyChanges, ApiKeyFilter, ApiKeyRepository, ApiKeySecret, Credentials, GracePeriod, KeyUsage, NewApiKey,
    Rejection, Verdict, VerdictCode,
};
use crate::{
    access::Access,
    audit_log::{AuditAction, AuditRecord, Change},
    authorization::{
        Act, Action, ApiKeysRead, ApiKeysVerify, ApiKeysWrite, Grant, Level, Permission, Resource, Scope, Scopes,
        Standing,
    },
    effects::Effects,
    error::{Error, Violation},
    idempotency::{Attempt, Done, Repeatable},
    ids::{ApiKeyId, UserId},
    organizations::OrganizationRef,
    owners::{Owner, OwnerRef},
    pagination::{Page, PageRequest},
    ports::SecretSource,
    projects::ProjectRef,
    timestamp::Timestamp,
    unit_of_work::{Outcome, Transaction},
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
    /// Where the credentials are found that others show.
    pub credentials: Credentials,
    /// Tells what a caller may do where.
    pub access: Access,
    /// What writes, tells the time and makes ids.
    pub effects: Effects,
    /// Makes secrets.
    pub secrets: Arc<dyn SecretSource>,
    /// Gathers when keys are used.
    pub usage: Arc<KeyUsage>,
    /// How many keys an organization, with all beneath it, or a user may have that are not revoked.
    pub limit_per_organization: u64,
}

/// What may be done with API keys.
#[derive(Clone)]
pub struct ApiKeyService(pub(super) ApiKeyServiceParts);

impl IssuedApiKey {
    const fn id(&self) -> ApiKeyId {
        self.key.id
    }
}

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
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`] for
    /// a project's key.
    pub async fn list_of_organization(
        &self,
        grant: &Grant<ApiKeysRead>,
        organization: &OrganizationRef,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        let organization = self.0.access.organization(grant, organization, Level::Organization, Act::Read).await?;
        self.list(grant, ApiKeyFilter::Owner(Owner::Organization(organization.id)), request).await
    }

    /// A page of the keys that a project owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such live organization, or no such live project, lies within the caller's reach.
    pub async fn list_of_project(
        &self,
        grant: &Grant<ApiKeysRead>,
        organization: &OrganizationRef,
        project: &ProjectRef,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        let project = self.0.access.project(grant, organization, project, Act::Read).await?;
        let owner = Owner::Project { organization: project.org_id, project: project.id };
        self.list(grant, ApiKeyFilter::Owner(owner), request).await
    }

    /// A page of the keys that a user owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such user lies within the caller's reach.
    pub async fn list_of_user(
        &self,
        grant: &Grant<ApiKeysRead>,
        user: UserId,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        let (owner, _) = self.0.access.owner(grant, &OwnerRef::User(user)).await?;
        self.list(grant, ApiKeyFilter::Owner(owner), request).await
    }

    /// One key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach.
    pub async fn get(&self, grant: &Grant<ApiKeysRead>, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.0.repository.find_api_key(grant.tenant_scope(), id).await
    }

    /// Tells that a key lies within the caller's reach, and that the caller may do with it what its permission is for; a
    /// transport asks it before it tells of a mistake in a request about the key.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] when its kind of key, or
    /// its role, does not allow the act.
    pub async fn ensure<P: Permission>(&self, grant: &Grant<P>, id: ApiKeyId) -> Result<(), Error> {
        let key = self.0.repository.find_api_key(grant.tenant_scope(), id).await?;
        let standing = self.0.access.standing_for(grant, key.owner).await?;
        standing.require_for(key.owner, Act::of(P::ACTION))
    }

    /// Tells that a key lies within the caller's reach, and that the caller may be handed a new secret of it, as
    /// [`ApiKeyService::ensure`] does.
    ///
    /// # Errors
    /// Those of [`ApiKeyService::rotate`], but for the state of the key.
    pub async fn ensure_to_rotate(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<(), Error> {
        let key = self.0.repository.find_api_key(grant.tenant_scope(), id).await?;
        let standing = self.0.access.standing_for(grant, key.owner).await?;
        require_to_give(grant, standing, key.owner, &key.scopes)
    }

    /// Makes a key with a fresh secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such live owner lies within the caller's reach; [`Error::Forbidden`] for a scope that
    /// governs this service and that the caller has not itself, for a key that reaches further than the caller, or may
    /// do more than the caller's role allows; [`Error::Invalid`] of `expires_at` when it does not lie ahead; [`Error::QuotaExceeded`] when the
    /// organization has as many keys as it may have.
    pub fn create(&self, grant: &Grant<ApiKeysWrite>, new: NewApiKey) -> Repeatable<IssuedApiKey> {
        let (service, grant) = (self.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            let secret = ApiKeySecret::generate(&*service.0.secrets)?;
            service.insert(attempt, grant, new, secret).await
        })
    }

    /// Changes a key; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] when the caller's role does
    /// not allow it, and for a scope that governs this service and that the caller has not itself; [`Error::Invalid`] of
    /// `expires_at` when it does not lie ahead; [`Error::VersionMismatch`] as for [`Grant::require_unchanged`].
    pub async fn update(
        &self,
        grant: &Grant<ApiKeysWrite>,
        id: ApiKeyId,
        changes: ApiKeyChanges,
    ) -> Result<ApiKey, Error> {
        let standing = self.standing(grant, id).await?;
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    let now = service.0.effects.now();
                    standing.require_for(current.owner, Act::Write)?;
                    if let Some(scopes) = &changes.scopes {
                        require_to_give(&grant, standing, current.owner, scopes)?;
                    }
                    require_ahead(changes.expires_at.flatten(), now)?;
                    grant.require_unchanged(&current)?;
                    let Some(written) = current.changed(changes, now) else { return Ok(Outcome::Unchanged(current)) };
                    transaction.update_api_key(&written).await?;
                    let change = Change::updated(&current, &written);
                    let record = service.record(&grant, AuditAction::ApiKeyUpdate, &written, change);
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    /// Gives a key a fresh secret, and keeps its id. The former secret works until the grace ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] when the key has a scope
    /// that governs this service and that the caller has not itself: the new secret would give it away;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::Conflict`] as for [`ApiKey::rotated`].
    pub fn rotate(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId, grace: GracePeriod) -> Repeatable<IssuedApiKey> {
        let (service, grant) = (self.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            let secret = ApiKeySecret::generate(&*service.0.secrets)?;
            let standing = service.standing(&grant, id).await?;
            let (attempt, effects) = (attempt.with_secret(secret.text(), IssuedApiKey::id), service.0.effects.clone());
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                        require_to_give(&grant, standing, current.owner, &current.scopes)?;
                        grant.require_unchanged(&current)?;
                        let rotated = current.rotated(secret.prefix(), grace, service.0.effects.now())?;
                        transaction.update_api_key(&rotated).await?;
                        let former_until = rotated.rotation_grace_until;
                        transaction.replace_api_key_secret(id, &secret.hash(), former_until).await?;
                        transaction.erase_answers_with_secrets_of(id).await?;
                        let change = Change::updated(&current, &rotated);
                        let record = service.record(&grant, AuditAction::ApiKeyRotate, &rotated, change);
                        Ok(Outcome::Changed(IssuedApiKey { key: rotated, secret }, record.into()))
                    })
                })
                .await
        })
    }

    /// Revokes a key for good, with all its secrets. Revoking it again changes nothing and keeps the time of the first
    /// revocation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such key lies within the caller's reach; [`Error::Forbidden`] when the caller's role does
    /// not allow it; [`Error::VersionMismatch`] as for [`Grant::require_unchanged`].
    pub async fn revoke(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<ApiKey, Error> {
        let standing = self.standing(grant, id).await?;
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_api_key(grant.tenant_scope(), id).await?;
                    standing.require_for(current.owner, Act::Write)?;
                    grant.require_unchanged(&current)?;
                    let Some(revoked) = current.revoked(service.0.effects.now()) else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_api_key(&revoked).await?;
                    transaction.erase_answers_with_secrets_of(id).await?;
                    let change = Change::updated(&current, &revoked);
                    let record = service.record(&grant, AuditAction::ApiKeyRevoke, &revoked, change);
                    Ok(Outcome::Changed(revoked, record.into()))
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
        let Ok(hash) = ApiKeySecret::hash_of(key) else { return invalid(Rejection::Malformed.into(), None) };
        let now = self.0.effects.now();
        let credential = self.0.credentials.find(&hash, now, self.0.effects.moment()).await?;
        let Some(credential) = credential else { return invalid(Rejection::Unknown.into(), None) };
        let key = &credential.key;
        if !self.0.access.reaches(grant, key.owner).await? {
            return invalid(Rejection::Unknown.into(), None);
        }
        if let Err(rejection) = credential.judge(now) {
            return invalid(rejection.into(), Some(key.id));
        }
        if scope.is_some_and(|scope| !key.scopes.cover(scope)) {
            return invalid(VerdictCode::InsufficientScope, Some(key.id));
        }
        self.0.usage.saw(key.id, now);
        Ok(Verdict::Valid(Box::new(key.clone())))
    }

    /// Writes when keys were last used: those that are due, or all at the end of the process.
    ///
    /// # Errors
    /// Those of the storage; what was to be written is then forgotten.
    pub async fn write_uses(&self, at_the_end: bool) -> Result<(), Error> {
        let now = self.0.effects.now();
        let uses = if at_the_end { self.0.usage.take_all(now) } else { self.0.usage.take_due(now) };
        if uses.is_empty() {
            return Ok(());
        }
        self.0.repository.record_api_key_uses(&uses).await
    }

    /// Makes a key with this secret.
    ///
    /// # Errors
    /// Those of [`ApiKeyService::create`]; [`Error::AlreadyExists`] of `key` when a key has, or had, the secret.
    pub(super) async fn insert(
        &self,
        attempt: Attempt<IssuedApiKey>,
        grant: Grant<ApiKeysWrite>,
        new: NewApiKey,
        secret: ApiKeySecret,
    ) -> Result<Done<IssuedApiKey>, Error> {
        let standing = if new.owner == OwnerRef::System {
            grant.require_system()?;
            Standing::Whole
        } else if grant.is_whole() {
            Standing::Whole
        } else {
            self.0.access.owner(&grant, &new.owner).await?.1
        };
        let service = self.clone();
        attempt
            .with_secret(secret.text(), IssuedApiKey::id)
            .execute(&self.0.effects, move |transaction| {
                Box::pin(async move {
                    let owner = transaction.lock_owner(grant.tenant_scope(), &new.owner).await?;
                    require_to_give(&grant, standing, owner, &new.scopes)?;
                    // Read after the lock is held, so that times follow the order of the writes.
                    let now = service.0.effects.now();
                    require_ahead(new.expires_at, now)?;
                    service.require_room_for_one(transaction, owner).await?;
                    let id = ApiKeyId::new(service.0.effects.id(now));
                    let key = ApiKey::create(id, owner, new, secret.prefix(), now);
                    transaction.insert_api_key(&key, &secret.hash()).await?;
                    let record = service.record(&grant, AuditAction::ApiKeyCreate, &key, Change::created(&key));
                    Ok(Outcome::Changed(IssuedApiKey { key, secret }, record.into()))
                })
            })
            .await
    }

    async fn require_room_for_one(&self, transaction: &mut (dyn Transaction + '_), owner: Owner) -> Result<(), Error> {
        let Some(holder) = owner.holder() else { return Ok(()) };
        let limit = self.0.limit_per_organization;
        if transaction.count_api_keys(holder).await? >= limit {
            return Err(Error::QuotaExceeded { holder: holder.resource_type(), what: "API keys", limit });
        }
        Ok(())
    }

    /// What the caller is to the owner of a key that it wants to change. Storage is asked only where that is not known
    /// from the caller alone.
    async fn standing(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<Standing, Error> {
        if grant.is_whole() {
            return Ok(Standing::Whole);
        }
        let key = self.0.repository.find_api_key(grant.tenant_scope(), id).await?;
        self.0.access.standing_for(grant, key.owner).await
    }

    fn record(&self, grant: &Grant<ApiKeysWrite>, action: AuditAction, key: &ApiKey, change: Change) -> AuditRecord {
        self.0.effects.record(grant, action, key, key.updated_at, change)
    }
}

/// Insists that the caller may hand out a key of `owner` with `scopes`: that it may write what the owner owns, holds the
/// scopes itself, and that the key may do no more than the caller's own role allows. An organization's key is bound by no
/// role, so one that may write the organization or its members takes an owner.
fn require_to_give(
    grant: &Grant<ApiKeysWrite>,
    standing: Standing,
    owner: Owner,
    scopes: &Scopes,
) -> Result<(), Error> {
    let owns =
        [Resource::Organizations, Resource::Members].into_iter().any(|resource| scopes.allow(resource, Action::Write));
    let act = if owns && matches!(owner, Owner::Organization(_)) { Act::Own } else { Act::Write };
    standing.require_for(owner, act)?;
    grant.require_to_cover(scopes)
}

fn require_ahead(expires_at: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    match expires_at {
        Some(end) if end <= now => Err(Violation::new("must lie ahead").of("expires_at")),
        _ => Ok(()),
    }
}
