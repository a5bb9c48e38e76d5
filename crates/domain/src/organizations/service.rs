//! The use cases of organizations.

use std::sync::Arc;

use super::{NewOrganization, Organization, OrganizationChanges, OrganizationRef, OrganizationRepository};
use crate::{
    access::Access,
    audit_log::{AuditAction, AuditRecord, Change},
    authorization::{Act, Grant, Level, OrganizationsRead, OrganizationsWrite},
    deleted::Deleted,
    effects::Effects,
    error::Error,
    ids::OrganizationId,
    pagination::{Page, PageRequest},
    slug::Slug,
    timestamp::Timestamp,
    unit_of_work::Outcome,
};

/// What may be done with organizations.
#[derive(Clone)]
pub struct OrganizationService {
    repository: Arc<dyn OrganizationRepository>,
    access: Access,
    effects: Effects,
}

impl OrganizationService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(repository: Arc<dyn OrganizationRepository>, access: Access, effects: Effects) -> Self {
        Self { repository, access, effects }
    }

    /// A page of the organizations that the caller reaches.
    ///
    /// # Errors
    /// Those of [`OrganizationRepository::list_organizations`].
    pub async fn list(
        &self,
        grant: &Grant<OrganizationsRead>,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        self.repository.list_organizations(grant.tenant_scope(), request, deleted).await
    }

    /// One organization.
    ///
    /// # Errors
    /// Those of [`OrganizationRepository::find_organization`].
    pub async fn get(
        &self,
        grant: &Grant<OrganizationsRead>,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        self.repository.find_organization(grant.tenant_scope(), reference, deleted).await
    }

    /// Makes an organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::AlreadyExists`] of `slug` when a live organization has it.
    pub async fn create(&self, grant: &Grant<OrganizationsWrite>, new: NewOrganization) -> Result<Organization, Error> {
        grant.require_system()?;
        let now = self.effects.now();
        let organization = Organization::create(OrganizationId::new(self.effects.id(now)), new, now);
        let record = self.record(grant, AuditAction::OrganizationCreate, &organization, Change::created(&organization));
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    transaction.insert_organization(&organization).await?;
                    Ok(Outcome::Changed(organization, record.into()))
                })
            })
            .await
    }

    /// Changes an organization; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`]
    /// for a project's key, and for a user that is not at least an admin there.
    pub async fn update(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        changes: OrganizationChanges,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, Act::Write, move |organization, now| {
            let written = organization.changed(changes, now)?;
            let change = Change::updated(organization, &written);
            Some((written, AuditAction::OrganizationUpdate, change))
        })
        .await
    }

    /// Deletes an organization softly: it disappears from every answer that does not ask for deleted ones, its slug is
    /// free at once, and nothing is destroyed. Answers with the organization as deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`]
    /// for a project's key, and for a user that is no owner there.
    pub async fn delete(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, Act::Own, |organization, now| {
            let deleted = organization.deleted(now);
            Some((deleted, AuditAction::OrganizationDelete, Change::deleted(organization)))
        })
        .await
    }

    /// Makes a deleted organization live again, with all that was beneath it, under the slug that it had or another one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such
    /// organization; [`Error::Conflict`] when it is live, and when several deleted ones have the slug that it is named by;
    /// [`Error::AlreadyExists`] of `slug` when a live organization has it.
    pub async fn restore(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        slug: Option<Slug>,
    ) -> Result<Organization, Error> {
        grant.require_system()?;
        let (service, grant) = (self.clone(), grant.clone());
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let deleted = transaction.lock_deleted_organization(grant.tenant_scope(), &reference).await?;
                    let restored = deleted.restored(slug, service.effects.now());
                    transaction.update_organization(&restored).await?;
                    let change = Change::created(&restored);
                    let record = service.record(&grant, AuditAction::OrganizationRestore, &restored, change);
                    Ok(Outcome::Changed(restored, record.into()))
                })
            })
            .await
    }

    /// Tells that there is an organization of that name, live or deleted, and that the caller may restore one; a transport
    /// asks it before it tells of a mistake in a request for that.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such
    /// organization.
    pub async fn ensure_to_restore(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<(), Error> {
        grant.require_system()?;
        let scope = grant.tenant_scope();
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    match transaction.lock_deleted_organization(scope, &reference).await {
                        // That it is live, or one of several, is told only after the mistake.
                        Ok(_) | Err(Error::Conflict(_)) => Ok(Outcome::Unchanged(())),
                        Err(error) => Err(error),
                    }
                })
            })
            .await
    }

    /// Locks a live organization and writes what `decide` makes of it; `None` leaves it as it is.
    async fn write<F>(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        act: Act,
        decide: F,
    ) -> Result<Organization, Error>
    where
        F: FnOnce(&Organization, Timestamp) -> Option<(Organization, AuditAction, Change)> + Send + 'static,
    {
        // Whoever acts for the whole organization needs no more than to reach it, which the lock sees to.
        if !grant.is_whole() {
            self.access.organization(grant, &reference, Level::Row, act).await?;
        }
        let (service, grant) = (self.clone(), grant.clone());
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_organization(grant.tenant_scope(), &reference).await?;
                    // Read after the lock is held, so that times follow the order of the writes.
                    let Some((written, action, change)) = decide(&current, service.effects.now()) else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_organization(&written).await?;
                    let record = service.record(&grant, action, &written, change);
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    fn record(
        &self,
        grant: &Grant<OrganizationsWrite>,
        action: AuditAction,
        organization: &Organization,
        change: Change,
    ) -> AuditRecord {
        self.effects.record(grant, action, organization, organization.updated_at, change)
    }
}
