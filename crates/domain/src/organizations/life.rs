//! The use cases of an organization's life: its deletion and its return, its suspension, and its end.

use super::{Organization, OrganizationRef, OrganizationService};
use crate::{
    affected::Affected,
    audit_log::{AuditAction, AuditRecord, Audited, Change},
    authorization::{Act, Grant, OrganizationsWrite},
    deleted::Deleted,
    error::Error,
    idempotency::Repeatable,
    ids::OrganizationId,
    slug::Slug,
    timestamp::Timestamp,
    unit_of_work::Outcome,
};

/// An organization that was destroyed for good, and how much went with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgedOrganization {
    /// The id that it had.
    pub id: OrganizationId,
    /// How much was destroyed, itself included.
    pub affected: Affected,
}

impl OrganizationService {
    /// Deletes an organization softly: it disappears from every answer that does not ask for deleted ones, its slug and its
    /// former ones are free at once, and nothing is destroyed. Answers with the organization as deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no live organization of that name lies within the caller's reach; [`Error::Forbidden`]
    /// for a project's key, and for a user that is no owner there; [`Error::VersionMismatch`] as for
    /// [`Grant::require_unchanged`].
    pub async fn delete(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<Organization, Error> {
        self.write(grant, reference, Act::Own, |organization, now| {
            let deleted = organization.deleted(now);
            Ok(Some((deleted, AuditAction::OrganizationDelete, Change::deleted(organization))))
        })
        .await
    }

    /// What [`OrganizationService::delete`] would make disappear. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`OrganizationService::delete`].
    pub async fn rehearse_deletion(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<Affected, Error> {
        self.require(grant, &reference, Act::Own).await?;
        let grant = grant.clone();
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let organization = transaction.lock_organization(grant.tenant_scope(), &reference).await?;
                    grant.require_unchanged(&organization)?;
                    let beneath = transaction.count_beneath_organization(organization.id, Deleted::Hidden).await?;
                    Ok(Outcome::Unchanged(Affected { organizations: 1, ..beneath }))
                })
            })
            .await
    }

    /// Makes a deleted organization live again, with all that was beneath it, under the slug that it had or another one. One
    /// that was suspended is suspended still.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such
    /// organization; [`Error::Conflict`] when it is live, and when several deleted ones have the slug that it is named by;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::AlreadyExists`] of `slug` when a live
    /// organization has it, or had it and is in its cool-down.
    pub fn restore(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        slug: Option<Slug>,
    ) -> Repeatable<Organization> {
        let (service, grant, effects) = (self.clone(), grant.clone(), self.effects.clone());
        Repeatable::new(move |attempt| async move {
            grant.require_system()?;
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let deleted = transaction.lock_deleted_organization(grant.tenant_scope(), &reference).await?;
                        grant.require_unchanged(&deleted)?;
                        let now = service.effects.now();
                        let restored = deleted.restored(slug, now);
                        transaction.update_organization(&restored).await?;
                        transaction.take_slug(&restored, now).await?;
                        let change = Change::created(&restored);
                        let record = service.record(&grant, AuditAction::OrganizationRestore, &restored, change);
                        Ok(Outcome::Changed(restored, record.into()))
                    })
                })
                .await
        })
    }

    /// Tells that there is an organization of that name, live or deleted, and that the caller may restore or purge one; a
    /// transport asks it before it tells of a mistake in a request for that.
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

    /// Suspends an organization: its keys and those of its projects let nobody in, and nobody reaches it but who reaches
    /// every tenant. One that is suspended already stays as it is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such live
    /// organization; [`Error::VersionMismatch`] as for [`Grant::require_unchanged`].
    pub fn suspend(&self, grant: &Grant<OrganizationsWrite>, reference: OrganizationRef) -> Repeatable<Organization> {
        self.switch(grant, reference, AuditAction::OrganizationSuspend, Organization::suspended)
    }

    /// Ends the suspension of an organization. One that is not suspended stays as it is.
    ///
    /// # Errors
    /// Those of [`OrganizationService::suspend`].
    pub fn resume(&self, grant: &Grant<OrganizationsWrite>, reference: OrganizationRef) -> Repeatable<Organization> {
        self.switch(grant, reference, AuditAction::OrganizationResume, Organization::resumed)
    }

    fn switch(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
        action: AuditAction,
        switched: fn(&Organization, Timestamp) -> Option<Organization>,
    ) -> Repeatable<Organization> {
        let write = self.write(grant, reference, Act::Write, move |organization, now| {
            Ok(switched(organization, now).map(|written| {
                let change = Change::updated(organization, &written);
                (written, action, change)
            }))
        });
        write.unless_refused(grant.require_system())
    }

    /// Destroys a deleted organization for good, with all beneath it; its audit log stays, and tells how much was destroyed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such
    /// organization; [`Error::Conflict`] when it is live, and when several deleted ones have the slug that it is named by;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`].
    pub fn purge(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Repeatable<PurgedOrganization> {
        let (service, grant, effects) = (self.clone(), grant.clone(), self.effects.clone());
        Repeatable::new(move |attempt| async move {
            grant.require_system()?;
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let deleted = transaction.lock_deleted_organization(grant.tenant_scope(), &reference).await?;
                        grant.require_unchanged(&deleted)?;
                        let beneath = transaction.purge_organization(deleted.id).await?;
                        let record = service.record_of_purge(&grant, &deleted, beneath);
                        let affected = Affected { organizations: 1, ..beneath };
                        Ok(Outcome::Changed(PurgedOrganization { id: deleted.id, affected }, record.into()))
                    })
                })
                .await
        })
    }

    /// What [`OrganizationService::purge`] would destroy. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`OrganizationService::purge`].
    pub async fn rehearse_purge(
        &self,
        grant: &Grant<OrganizationsWrite>,
        reference: OrganizationRef,
    ) -> Result<Affected, Error> {
        grant.require_system()?;
        let grant = grant.clone();
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let deleted = transaction.lock_deleted_organization(grant.tenant_scope(), &reference).await?;
                    grant.require_unchanged(&deleted)?;
                    let beneath = transaction.count_beneath_organization(deleted.id, Deleted::Included).await?;
                    Ok(Outcome::Unchanged(Affected { organizations: 1, ..beneath }))
                })
            })
            .await
    }

    /// One entry for all that was destroyed: each thing has its own in the same log, from when it was made.
    fn record_of_purge(
        &self,
        grant: &Grant<OrganizationsWrite>,
        organization: &Organization,
        beneath: Affected,
    ) -> AuditRecord {
        let mut gone = organization.audited_fields();
        for (kind, count) in [
            ("projects", beneath.projects),
            ("memberships", beneath.memberships),
            ("api_keys", beneath.api_keys),
            ("dynamic_providers", beneath.providers),
        ] {
            gone.insert(kind.to_owned(), count.into());
        }
        let now = self.effects.now().max(organization.updated_at);
        self.effects.record(grant, AuditAction::OrganizationPurge, organization, now, Change::removed(gone))
    }
}
