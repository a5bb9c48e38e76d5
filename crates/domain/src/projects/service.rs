//! The use cases of projects.

use std::sync::Arc;

use super::{NewProject, Project, ProjectChanges, ProjectFilter, ProjectRef, ProjectRepository};
use crate::{
    access::Access,
    affected::Affected,
    audit_log::{AuditAction, AuditRecord, Change},
    authorization::{Act, Grant, Level, ProjectsRead, ProjectsWrite, Standing},
    deleted::Deleted,
    effects::Effects,
    error::{Error, ResourceType},
    idempotency::Repeatable,
    ids::{OrganizationId, ProjectId},
    organizations::OrganizationRef,
    pagination::{Page, PageRequest},
    slug::Slug,
    timestamp::Timestamp,
    unit_of_work::{Outcome, Transaction},
};

/// What the service is made of.
#[derive(Clone)]
pub struct ProjectServiceParts {
    /// Where projects are read.
    pub repository: Arc<dyn ProjectRepository>,
    /// Tells what a caller may do where.
    pub access: Access,
    /// What writes, tells the time and makes ids.
    pub effects: Effects,
    /// How many live projects an organization may have.
    pub limit_per_organization: u64,
}

/// What may be done with projects.
#[derive(Clone)]
pub struct ProjectService(ProjectServiceParts);

impl ProjectService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub const fn new(parts: ProjectServiceParts) -> Self {
        Self(parts)
    }

    /// A page of the projects of an organization that the caller reaches, and that `filter` lets through: of a project's key,
    /// its own alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach.
    pub async fn list(
        &self,
        grant: &Grant<ProjectsRead>,
        organization: &OrganizationRef,
        filter: &ProjectFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Project>, Error> {
        let organization = self.0.access.organization(grant, organization, Level::Row, Act::Read).await?;
        self.0.repository.list_projects(grant.tenant_scope(), organization.id, filter, request, deleted).await
    }

    /// One project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization, or no such project, lies within the caller's reach.
    pub async fn get(
        &self,
        grant: &Grant<ProjectsRead>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
        deleted: Deleted,
    ) -> Result<Project, Error> {
        let organization = self.0.access.organization(grant, organization, Level::Row, Act::Read).await?;
        self.0.repository.find_project(grant.tenant_scope(), organization.id, reference, deleted).await
    }

    /// Makes a project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach; [`Error::Forbidden`] for a project's
    /// key, and for a user that is not at least an admin there; [`Error::AlreadyExists`] of `slug` when a live project of
    /// the organization has it; [`Error::QuotaExceeded`] when the organization has as many projects as it may have.
    pub fn create(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        new: NewProject,
    ) -> Repeatable<Project> {
        let (service, grant, organization) = (self.clone(), grant.clone(), organization.clone());
        Repeatable::new(move |attempt| async move {
            let (access, effects) = (&service.0.access, service.0.effects.clone());
            let organization = access.organization(&grant, &organization, Level::Organization, Act::Write).await?;
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        lock(transaction, &grant, organization.id).await?;
                        service.require_room_for_one(transaction, organization.id).await?;
                        // Read after the lock is held, so that times follow the order of the writes.
                        let now = service.0.effects.now();
                        let id = ProjectId::new(service.0.effects.id(now));
                        let project = Project::create(id, organization.id, new, now);
                        transaction.insert_project(&project).await?;
                        let change = Change::created(&project);
                        let record = service.record(&grant, AuditAction::ProjectCreate, &project, change);
                        Ok(Outcome::Changed(project, record.into()))
                    })
                })
                .await
        })
    }

    /// Changes a project; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization, or no such project, lies within the caller's reach;
    /// [`Error::Forbidden`] for a user that is not at least an admin of the organization; [`Error::VersionMismatch`] as
    /// for [`Grant::require_unchanged`]; [`Error::Invalid`] of `metadata` when it would have too many pairs.
    pub async fn update(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
        changes: ProjectChanges,
    ) -> Result<Project, Error> {
        self.write(grant, organization, reference, move |project, now| {
            let written = project.changed(changes, now)?;
            Ok(written.map(|written| {
                let change = Change::updated(project, &written);
                (written, AuditAction::ProjectUpdate, change)
            }))
        })
        .await
    }

    /// Deletes a project softly: it and all beneath it disappear, its slug is free at once, and nothing is destroyed.
    /// Answers with the project as deleted.
    ///
    /// # Errors
    /// Those of [`ProjectService::update`].
    pub async fn delete(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
    ) -> Result<Project, Error> {
        self.write(grant, organization, reference, |project, now| {
            Ok(Some((project.deleted(now), AuditAction::ProjectDelete, Change::deleted(project))))
        })
        .await
    }

    /// What [`ProjectService::delete`] would make disappear. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`ProjectService::delete`].
    pub async fn rehearse_deletion(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
    ) -> Result<Affected, Error> {
        let project = self.0.access.project(grant, organization, reference, Act::Write).await?;
        let grant = grant.clone();
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let reference = ProjectRef::Id(project.id);
                    let project = transaction.lock_project(grant.tenant_scope(), project.org_id, &reference).await?;
                    grant.require_unchanged(&project)?;
                    let beneath = transaction.count_beneath_project(project.id).await?;
                    Ok(Outcome::Unchanged(Affected { projects: 1, ..beneath }))
                })
            })
            .await
    }

    /// Makes a deleted project live again, with all that was beneath it, under the slug that it had or another one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach, or it has no such project;
    /// [`Error::Forbidden`] for a project's key, and for a user that is not at least an admin there; [`Error::Conflict`]
    /// when the project is live, and when several deleted ones have the slug that it is named by;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::AlreadyExists`] of `slug` when a live
    /// project of the organization has it; [`Error::QuotaExceeded`] when the organization has as many projects as it may
    /// have.
    pub fn restore(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: ProjectRef,
        slug: Option<Slug>,
    ) -> Repeatable<Project> {
        let (service, grant, organization) = (self.clone(), grant.clone(), organization.clone());
        Repeatable::new(move |attempt| async move {
            let effects = service.0.effects.clone();
            let (organization, standing) = service.reach_to_restore(&grant, &organization).await?;
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let found = lock_to_restore(transaction, &grant, organization, standing, &reference).await?;
                        let deleted = found?;
                        grant.require_unchanged(&deleted)?;
                        service.require_room_for_one(transaction, organization).await?;
                        let restored = deleted.restored(slug, service.0.effects.now());
                        transaction.update_project(&restored).await?;
                        let change = Change::created(&restored);
                        let record = service.record(&grant, AuditAction::ProjectRestore, &restored, change);
                        Ok(Outcome::Changed(restored, record.into()))
                    })
                })
                .await
        })
    }

    /// Tells that an organization has a project of that name, live or deleted, and that the caller may restore one there;
    /// a transport asks it before it tells of a mistake in a request for that.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach, or it has no such project;
    /// [`Error::Forbidden`] for a project's key, and for a user that is not at least an admin there.
    pub async fn ensure_to_restore(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: ProjectRef,
    ) -> Result<(), Error> {
        let (organization, standing) = self.reach_to_restore(grant, organization).await?;
        let grant = grant.clone();
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    // That it is live, or one of several, is told only after the mistake.
                    let _ = lock_to_restore(transaction, &grant, organization, standing, &reference).await?;
                    Ok(Outcome::Unchanged(()))
                })
            })
            .await
    }

    /// The organization that a project is to come back to, and what the caller is to it: what it may do there is told once
    /// it is known that there is such a project. A project's key reaches no other one, and its own it cannot restore.
    async fn reach_to_restore(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
    ) -> Result<(OrganizationId, Standing), Error> {
        let access = &self.0.access;
        let organization = access.organization(grant, organization, Level::Organization, Act::Read).await?.id;
        Ok((organization, access.standing(grant, organization).await?))
    }

    async fn require_room_for_one(
        &self,
        transaction: &mut (dyn Transaction + '_),
        organization: OrganizationId,
    ) -> Result<(), Error> {
        let limit = self.0.limit_per_organization;
        if transaction.count_projects(organization).await? >= limit {
            return Err(Error::QuotaExceeded { holder: ResourceType::Organization, what: "projects", limit });
        }
        Ok(())
    }

    /// Locks a live project and writes what `decide` makes of it; `None` leaves it as it is.
    async fn write<F>(
        &self,
        grant: &Grant<ProjectsWrite>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
        decide: F,
    ) -> Result<Project, Error>
    where
        F: FnOnce(&Project, Timestamp) -> Result<Option<(Project, AuditAction, Change)>, Error> + Send + 'static,
    {
        let project = self.0.access.project(grant, organization, reference, Act::Write).await?;
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let reference = ProjectRef::Id(project.id);
                    let current = transaction.lock_project(grant.tenant_scope(), project.org_id, &reference).await?;
                    grant.require_unchanged(&current)?;
                    let Some((written, action, change)) = decide(&current, service.0.effects.now())? else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_project(&written).await?;
                    let record = service.record(&grant, action, &written, change);
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    fn record(
        &self,
        grant: &Grant<ProjectsWrite>,
        action: AuditAction,
        project: &Project,
        change: Change,
    ) -> AuditRecord {
        self.0.effects.record(grant, action, project, project.updated_at, change)
    }
}

/// Locks the deleted project that is to come back, for a caller that may bring it back. Within the answer is what the state
/// of things has against it.
async fn lock_to_restore(
    transaction: &mut (dyn Transaction + '_),
    grant: &Grant<ProjectsWrite>,
    organization: OrganizationId,
    standing: Standing,
    reference: &ProjectRef,
) -> Result<Result<Project, Error>, Error> {
    lock(transaction, grant, organization).await?;
    let found = match transaction.lock_deleted_project(grant.tenant_scope(), organization, reference).await {
        Ok(deleted) => Ok(deleted),
        Err(Error::Conflict(state)) => Err(Error::Conflict(state)),
        Err(error) => return Err(error),
    };
    standing.require(Level::Organization, Act::Write)?;
    Ok(found)
}

/// Locks the organization that a project comes or comes back to, so that such changes come one after another.
async fn lock(
    transaction: &mut (dyn Transaction + '_),
    grant: &Grant<ProjectsWrite>,
    organization: OrganizationId,
) -> Result<(), Error> {
    transaction.lock_organization(grant.tenant_scope(), &OrganizationRef::Id(organization)).await.map(drop)
}
