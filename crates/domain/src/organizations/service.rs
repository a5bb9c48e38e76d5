//! The use cases of organizations: those of the [life](super::life) of one are beside this.

use std::sync::Arc;

use super::{
    NewOrganization, Organization, OrganizationChanges, OrganizationCreation, OrganizationFilter, OrganizationRef,
    OrganizationRepository, SlugAlias, SlugCooldown,
};
use crate::{
    access::Access,
    audit_log::{AuditAction, AuditRecord, Change},
    authorization::{Act, Grant, Level, OrganizationsRead, OrganizationsWrite},
    deleted::Deleted,
    effects::Effects,
    error::{Error, ResourceType},
    idempotency::{Done, Repeatable},
    ids::OrganizationId,
    pagination::{Page, PageRequest},
    timestamp::Timestamp,
    unit_of_work::{Outcome, Transaction},
};

/// What may be done with organizations.
#[derive(Clone)]
pub struct OrganizationService {
    repository: Arc<dyn OrganizationRepository>,
    access: Access,
    pub(super) effects: Effects,
    slug_cooldown: SlugCooldown,
}

impl OrganizationService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(repository: Arc<dyn OrganizationRepository>, access: Access, effects: Effects) -> Self {
        Self { repository, access, effects, slug_cooldown: SlugCooldown::default() }
    }

    /// The same, with another cool-down of the slugs that organizations give up from now on.
    #[must_use]
    pub fn with_slug_cooldown(self, slug_cooldown: SlugCooldown) -> Self {
        Self { slug_cooldown, ..self }
    }

    /// A page of the organizations that the caller reaches and `filter` lets through.
    ///
    /// # Errors
    /// Those of [`OrganizationRepository::list_organizations`].
    pub async fn list(
        &self,
        grant: &Grant<OrganizationsRead>,
        filter: &OrganizationFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        self.repository.list_organizations(grant.tenant_scope(), filter, request, deleted).await
    }

    /// One organization.
    ///
    /// # Errors
    /// Those of [`OrganizationRepository::find_organization`]; [`Error::Moved`] when an organization within the caller's
    /// reach had the slug before.
    pub async fn get(
        &self,
        grant: &Grant<OrganizationsRead>,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        self.access.find(grant, reference, deleted).await
    }

    /// Makes an organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::AlreadyExists`] of `slug` when a live
    /// organization has it, or had it and is in its cool-down, and of `external_id` when a live one has it.
    pub fn create(&self, grant: &Grant<OrganizationsWrite>, new: NewOrganization) -> Repeatable<Organization> {
        let (service, grant) = (self.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            grant.require_system()?;
            let now = service.effects.now();
            let organization = Organization::create(OrganizationId::new(service.effects.id(now)), new, now);
            let change = Change::created(&organization);
            let record = service.record(&grant, AuditAction::OrganizationCreate, &organization, change);
            let creation = OrganizationCreation { organization, record };
            if attempt.is_keyed() {
                return attempt
                    .execute(&service.effects, |transaction| Box::pin(creation.carry_out(transaction)))
                    .await;
            }
            // Nothing but that, and so one of those that storage may carry out at once.
            let organization = creation.organization.clone();
            service.effects.unit_of_work().create_organization(creation).await?;
            Ok(Done::Now(organization))
        })
    }

    /// Changes an organization; changes that leave everything as it is write nothing. A slug that it gives up becomes its
    /// alias, which leads to it, and is nobody else's until the cool-down ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`]
    /// for a project's key, and for a user that is not at least an admin there; [`Error::VersionMismatch`] as for
    /// [`Grant::require_unchanged`]; [`Error::AlreadyExists`] of `slug` when another live organization has it, or had it and
    /// is in its cool-down, and of `external_id` when another live one has it; [`Error::Invalid`] of `metadata` when it would
    /// have too many pairs; [`Error::QuotaExceeded`] when too many slugs that it gave up are in theirs.
    pub async fn update(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        changes: OrganizationChanges,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, Act::Write, move |organization, now| {
            let written = organization.changed(changes, now)?;
            Ok(written.map(|written| {
                let change = Change::updated(organization, &written);
                (written, AuditAction::OrganizationUpdate, change)
            }))
        })
        .await
    }

    /// Insists that the caller may do `act` to a live organization, as far as reach alone does not see to it.
    pub(super) async fn require(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: &OrganizationRef,
        act: Act,
    ) -> Result<(), Error> {
        // Whoever acts for the whole organization needs no more than to reach it, which the lock sees to.
        if !grant.is_whole() {
            self.access.organization(grant, reference, Level::Row, act).await?;
        }
        Ok(())
    }

    /// Locks a live organization and writes what `decide` makes of it; `None` leaves it as it is.
    pub(super) fn write<F>(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        act: Act,
        decide: F,
    ) -> Repeatable<Organization>
    where
        F: FnOnce(&Organization, Timestamp) -> Result<Option<(Organization, AuditAction, Change)>, Error>
            + Send
            + 'static,
    {
        let (service, grant) = (self.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            service.require(&grant, &reference, act).await?;
            let effects = service.effects.clone();
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let current = transaction.lock_organization(grant.tenant_scope(), &reference).await?;
                        grant.require_unchanged(&current)?;
                        // Read after the lock is held, so that times follow the order of the writes.
                        let now = service.effects.now();
                        let Some((written, action, change)) = decide(&current, now)? else {
                            return Ok(Outcome::Unchanged(current));
                        };
                        transaction.update_organization(&written).await?;
                        service.settle_aliases(transaction, &current, &written, now).await?;
                        let record = service.record(&grant, action, &written, change);
                        Ok(Outcome::Changed(written, record.into()))
                    })
                })
                .await
        })
    }

    /// Does to the aliases of a live organization what follows from writing it.
    async fn settle_aliases(
        &self,
        transaction: &mut (dyn Transaction + '_),
        former: &Organization,
        written: &Organization,
        now: Timestamp,
    ) -> Result<(), Error> {
        if written.deleted_at.is_some() {
            return transaction.end_aliases(written.id).await;
        }
        if written.slug == former.slug {
            return Ok(());
        }
        transaction.take_slug(written, now).await?;
        if transaction.count_reserved_aliases(written.id, now).await? >= SlugAlias::MAX_RESERVED {
            let (what, limit) = ("former slugs", SlugAlias::MAX_RESERVED);
            return Err(Error::QuotaExceeded { holder: ResourceType::Organization, what, limit });
        }
        let reserved_until = self.slug_cooldown.end(now);
        transaction.add_alias(&SlugAlias { slug: former.slug.clone(), organization: written.id, reserved_until }).await
    }

    pub(super) fn record(
        &self,
        grant: &Grant<OrganizationsWrite>,
        action: AuditAction,
        organization: &Organization,
        change: Change,
    ) -> AuditRecord {
        self.effects.record(grant, action, organization, organization.updated_at, change)
    }
}
