//! The use cases of provider configurations.

use std::sync::Arc;

use super::{
    BaseUrl, DynamicProvider, NewProvider, ProviderApiKey, ProviderChanges, ProviderFilter, ProviderOwner,
    ProviderRepository, SealedApiKey,
};
use crate::{
    access::Access,
    affected::Affected,
    audit_log::{AuditAction, Change},
    authorization::{Act, Grant, Level, Permission, ProvidersRead, ProvidersReveal, ProvidersWrite, Standing},
    effects::Effects,
    error::{Error, Violation},
    idempotency::Repeatable,
    ids::{ProviderId, UserId},
    organizations::OrganizationRef,
    owners::{Owner, OwnerRef},
    pagination::{Page, PageRequest},
    projects::ProjectRef,
    sealing::{Sealer, SealingContext, SecretText},
    unit_of_work::{Outcome, Transaction},
};

/// What the service is made of.
#[derive(Clone)]
pub struct ProviderServiceParts {
    /// Where providers are read.
    pub repository: Arc<dyn ProviderRepository>,
    /// Tells what a caller may do where.
    pub access: Access,
    /// What writes, tells the time and makes ids.
    pub effects: Effects,
    /// Seals and opens keys.
    pub sealer: Arc<dyn Sealer>,
    /// How many providers an organization, with all beneath it, or a user may have.
    pub limit_per_organization: u64,
    /// Whether a provider may be reached at the machine itself, by `http` too.
    pub allow_loopback_http: bool,
}

/// What may be done with provider configurations.
#[derive(Clone)]
pub struct ProviderService(ProviderServiceParts);

impl ProviderService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub const fn new(parts: ProviderServiceParts) -> Self {
        Self(parts)
    }

    /// A page of the providers that the caller reaches.
    ///
    /// # Errors
    /// Those of [`ProviderRepository::list_providers`].
    pub async fn list(
        &self,
        grant: &Grant<ProvidersRead>,
        filter: ProviderFilter,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        self.0.repository.list_providers(grant.tenant_scope(), filter, request).await
    }

    /// A page of the providers that an organization itself owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`]
    /// for a project's key.
    pub async fn list_of_organization(
        &self,
        grant: &Grant<ProvidersRead>,
        organization: &OrganizationRef,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        let organization = self.0.access.organization(grant, organization, Level::Organization, Act::Read).await?;
        self.list(grant, ProviderFilter::Owner(Owner::Organization(organization.id)), request).await
    }

    /// A page of the providers that a project owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such live organization, or no such live project, lies within the caller's reach.
    pub async fn list_of_project(
        &self,
        grant: &Grant<ProvidersRead>,
        organization: &OrganizationRef,
        project: &ProjectRef,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        let project = self.0.access.project(grant, organization, project, Act::Read).await?;
        let owner = Owner::Project { organization: project.org_id, project: project.id };
        self.list(grant, ProviderFilter::Owner(owner), request).await
    }

    /// A page of the providers that a user owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such user lies within the caller's reach.
    pub async fn list_of_user(
        &self,
        grant: &Grant<ProvidersRead>,
        user: UserId,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        let (owner, _) = self.0.access.owner(grant, &OwnerRef::User(user)).await?;
        self.list(grant, ProviderFilter::Owner(owner), request).await
    }

    /// One provider.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such provider lies within the caller's reach.
    pub async fn get(&self, grant: &Grant<ProvidersRead>, id: ProviderId) -> Result<DynamicProvider, Error> {
        self.0.repository.find_provider(grant.tenant_scope(), id).await
    }

    /// Tells that a provider lies within the caller's reach, and that the caller may do with it what its permission is
    /// for; a transport asks it before it tells of a mistake in a request about the provider.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such provider lies within the caller's reach; [`Error::Forbidden`] when its kind of
    /// key, or its role, does not allow the act.
    pub async fn ensure<P: Permission>(&self, grant: &Grant<P>, id: ProviderId) -> Result<(), Error> {
        self.find(grant, id).await.map(drop)
    }

    /// Makes a provider.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such live owner lies within the caller's reach; [`Error::Forbidden`] when its kind of
    /// key, or its role, does not allow it to write what the owner owns; [`Error::Invalid`] of `owner` for the
    /// installation, and of `base_url` when it leads to the machine itself and may not; [`Error::QuotaExceeded`] when the
    /// organization has as many providers as it may have; [`Error::AlreadyExists`] of `name` when the owner has a provider
    /// of that name.
    pub fn create(&self, grant: &Grant<ProvidersWrite>, new: NewProvider) -> Repeatable<DynamicProvider> {
        let (service, grant) = (self.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            // Read before it is locked: what the key is sealed for must be known by then, and it never changes.
            let (owner, standing) = service.0.access.owner(&grant, &new.owner).await?;
            let owner = ProviderOwner::try_from(owner).map_err(|violation| violation.of("owner"))?;
            standing.require_for(owner.into(), Act::Write)?;
            service.require_good(new.base_url.as_ref())?;
            let effects = service.0.effects.clone();
            let id = ProviderId::new(effects.id(effects.now()));
            let api_key = match &new.api_key {
                Some(key) => Some(service.seal(DynamicProvider::place_of_key(id, owner), key).await?),
                None => None,
            };
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        transaction.lock_owner(grant.tenant_scope(), &new.owner).await?;
                        service.require_room_for_one(transaction, owner.into()).await?;
                        // Read after the lock is held, so that times follow the order of the writes.
                        let (action, now) = (AuditAction::DynamicProviderCreate, service.0.effects.now());
                        let provider = DynamicProvider::create(id, owner, new, api_key, now);
                        transaction.insert_provider(&provider).await?;
                        let change = Change::created(&provider);
                        let record = service.0.effects.record(&grant, action, &provider, now, change);
                        Ok(Outcome::Changed(provider, record.into()))
                    })
                })
                .await
        })
    }

    /// Changes a provider; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such provider lies within the caller's reach; [`Error::Forbidden`] when the caller's
    /// role does not allow it; [`Error::Invalid`] of `base_url` when it is a new one that leads to the machine itself and
    /// may not, and of `api_key` as for [`DynamicProvider::changed`]; [`Error::VersionMismatch`] as for
    /// [`Grant::require_unchanged`]; [`Error::AlreadyExists`] of `name` when the owner has another provider of that name.
    pub async fn update(
        &self,
        grant: &Grant<ProvidersWrite>,
        id: ProviderId,
        changes: ProviderChanges,
    ) -> Result<DynamicProvider, Error> {
        let (found, standing) = self.find(grant, id).await?;
        let ProviderChanges { name, base_url, api_key, config, models, is_enabled } = changes;
        let api_key = match api_key {
            Some(Some(key)) => Some(Some(self.seal(DynamicProvider::place_of_key(id, found.owner), &key).await?)),
            Some(None) => Some(None),
            None => None,
        };
        let changes = ProviderChanges { name, base_url, api_key, config, models, is_enabled };
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_provider(grant.tenant_scope(), id).await?;
                    standing.require_for(current.owner.into(), Act::Write)?;
                    let base_url = changes.base_url.as_ref().filter(|url| **url != current.base_url);
                    service.require_good(base_url.and_then(Option::as_ref))?;
                    let written = current.changed(changes, service.0.effects.now())?;
                    grant.require_unchanged(&current)?;
                    let Some(written) = written else { return Ok(Outcome::Unchanged(current)) };
                    transaction.update_provider(&written).await?;
                    let (action, now) = (AuditAction::DynamicProviderUpdate, written.updated_at);
                    let record = service.0.effects.record(&grant, action, &written, now, current.change_to(&written));
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    /// Removes a provider for good, and answers with it as it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such provider lies within the caller's reach; [`Error::Forbidden`] when the caller's
    /// role does not allow it; [`Error::VersionMismatch`] as for [`Grant::require_unchanged`].
    pub async fn delete(&self, grant: &Grant<ProvidersWrite>, id: ProviderId) -> Result<DynamicProvider, Error> {
        let (_, standing) = self.find(grant, id).await?;
        let (effects, grant) = (self.0.effects.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let provider = transaction.lock_provider(grant.tenant_scope(), id).await?;
                    standing.require_for(provider.owner.into(), Act::Write)?;
                    grant.require_unchanged(&provider)?;
                    transaction.delete_provider(id).await?;
                    let (action, now) = (AuditAction::DynamicProviderDelete, effects.now().max(provider.updated_at));
                    let record = effects.record(&grant, action, &provider, now, Change::deleted(&provider));
                    Ok(Outcome::Changed(provider, record.into()))
                })
            })
            .await
    }

    /// What [`ProviderService::delete`] would destroy. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`ProviderService::delete`].
    pub async fn rehearse_deletion(&self, grant: &Grant<ProvidersWrite>, id: ProviderId) -> Result<Affected, Error> {
        let (provider, _) = self.find(grant, id).await?;
        grant.require_unchanged(&provider)?;
        Ok(Affected { providers: 1, ..Affected::default() })
    }

    /// The key of a provider, in the clear. Nobody is given one without an entry in the audit log that is durable by then.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such provider lies within the caller's reach; [`Error::Forbidden`] when the caller's
    /// role does not allow it; [`Error::Conflict`] when there is no key; those of [`Sealer::open`].
    pub async fn reveal(&self, grant: &Grant<ProvidersReveal>, id: ProviderId) -> Result<SecretText, Error> {
        let (found, standing) = self.find(grant, id).await?;
        // Opened before it is told of: what does not open is not revealed.
        let opened = self.open(&found).await?;
        let (effects, recording) = (self.0.effects.clone(), grant.clone());
        let current = self
            .0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_provider(recording.tenant_scope(), id).await?;
                    standing.require_for(current.owner.into(), Act::Write)?;
                    require_key(&current)?;
                    let (action, now) = (AuditAction::DynamicProviderReveal, effects.now());
                    let record = effects.record(&recording, action, &current, now, Change::none());
                    Ok(Outcome::Changed(current, record.into()))
                })
            })
            .await?;
        // Replaced, or wrapped anew, in between: the entry tells of the one that was there then.
        if current.api_key == found.api_key { Ok(opened) } else { self.open(&current).await }
    }

    /// The provider with this id and what the caller is to its owner, once it is known that the caller may do what its
    /// permission is for.
    async fn find<P: Permission>(
        &self,
        grant: &Grant<P>,
        id: ProviderId,
    ) -> Result<(DynamicProvider, Standing), Error> {
        let provider = self.0.repository.find_provider(grant.tenant_scope(), id).await?;
        let standing = self.0.access.standing_for(grant, provider.owner.into()).await?;
        standing.require_for(provider.owner.into(), Act::of(P::ACTION))?;
        Ok((provider, standing))
    }

    async fn seal(&self, place: SealingContext, key: &ProviderApiKey) -> Result<SealedApiKey, Error> {
        let sealed = self.0.sealer.seal(&place, key.secret()).await?;
        Ok(SealedApiKey { sealed, last_four: key.last_four() })
    }

    async fn open(&self, provider: &DynamicProvider) -> Result<SecretText, Error> {
        let place = DynamicProvider::place_of_key(provider.id, provider.owner);
        self.0.sealer.open(&place, &require_key(provider)?.sealed).await
    }

    fn require_good(&self, base_url: Option<&BaseUrl>) -> Result<(), Error> {
        if base_url.is_some_and(BaseUrl::leads_to_loopback) && !self.0.allow_loopback_http {
            return Err(
                Violation::new("must not lead to the machine itself: the service does not allow it").of("base_url")
            );
        }
        Ok(())
    }

    async fn require_room_for_one(&self, transaction: &mut (dyn Transaction + '_), owner: Owner) -> Result<(), Error> {
        let Some(holder) = owner.holder() else { return Ok(()) };
        let limit = self.0.limit_per_organization;
        if transaction.count_providers(holder).await? >= limit {
            return Err(Error::QuotaExceeded { holder: holder.resource_type(), what: "dynamic providers", limit });
        }
        Ok(())
    }
}

fn require_key(provider: &DynamicProvider) -> Result<&SealedApiKey, Error> {
    provider.api_key.as_ref().ok_or(Error::Conflict("the dynamic provider has no api_key".into()))
}
