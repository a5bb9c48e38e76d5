//! The use cases of organizations.

use std::sync::Arc;

use super::{Deleted, NewOrganization, Organization, OrganizationChanges, OrganizationRef, OrganizationRepository};
use crate::{
    audit_log::{AuditAction, AuditRecord, Change, Subject},
    authorization::{Grant, OrganizationsRead, OrganizationsWrite, Permission},
    error::Error,
    ids::{AuditEntryId, OrganizationId},
    pagination::{Page, PageRequest},
    ports::{Clock, IdSource},
    timestamp::Timestamp,
    unit_of_work::{Outcome, UnitOfWork, UnitOfWorkExt},
};

/// What may be done with organizations.
#[derive(Clone)]
pub struct OrganizationService {
    repository: Arc<dyn OrganizationRepository>,
    unit_of_work: Arc<dyn UnitOfWork>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl OrganizationService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(
        repository: Arc<dyn OrganizationRepository>,
        unit_of_work: Arc<dyn UnitOfWork>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { repository, unit_of_work, clock, ids }
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

    /// Tells that an organization lies within the caller's reach, and nothing else of it, so that any permission will
    /// do. A transport asks this before it tells of a mistake in a request about an organization: who may not know of
    /// the organization is to learn nothing from the mistake.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach.
    pub async fn ensure_within_reach<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &OrganizationRef,
    ) -> Result<(), Error> {
        self.repository.find_organization(grant.tenant_scope(), reference, Deleted::Hidden).await.map(drop)
    }

    /// Makes an organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::AlreadyExists`] of `slug` when a live organization has it.
    pub async fn create(&self, grant: &Grant<OrganizationsWrite>, new: NewOrganization) -> Result<Organization, Error> {
        grant.require_system()?;
        let now = self.clock.now();
        let organization = Organization::create(OrganizationId::new(self.ids.next(now)), new, now);
        let record = self.record(grant, AuditAction::OrganizationCreate, &organization, Change::created(&organization));
        self.unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    transaction.insert_organization(&organization).await?;
                    Ok(Outcome::Changed(organization, record))
                })
            })
            .await
    }

    /// Changes an organization; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach.
    pub async fn update(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        changes: OrganizationChanges,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, move |organization, now| {
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
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach.
    pub async fn delete(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, |organization, now| {
            let deleted = organization.deleted(now);
            Some((deleted, AuditAction::OrganizationDelete, Change::deleted(organization)))
        })
        .await
    }

    /// Locks a live organization and writes what `decide` makes of it; `None` leaves it as it is.
    async fn write<F>(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        decide: F,
    ) -> Result<Organization, Error>
    where
        F: FnOnce(&Organization, Timestamp) -> Option<(Organization, AuditAction, Change)> + Send + 'static,
    {
        let (service, grant) = (self.clone(), grant.clone());
        self.unit_of_work
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_organization(grant.tenant_scope(), &reference).await?;
                    // Read after the lock is held, so that times follow the order of the writes.
                    let Some((written, action, change)) = decide(&current, service.clock.now()) else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_organization(&written).await?;
                    let record = service.record(&grant, action, &written, change);
                    Ok(Outcome::Changed(written, record))
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
        let timestamp = organization.updated_at;
        let subject = Subject { id: organization.id.uuid(), organization: Some(organization.id) };
        AuditRecord::new(AuditEntryId::new(self.ids.next(timestamp)), timestamp, grant, action, subject, change)
    }
}
