//! Steps with projects.

use tenancy_domain::{
    Deleted, Error, ProjectId,
    audit_log::AuditAction,
    members::MemberOf,
    organizations::Organization,
    owners::Owner,
    projects::{NewProject, Project, ProjectRef},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, at, everything, fresh_id, name, record, slug};

/// A new project of an organization.
pub(in crate::contract) fn project(of: &Organization, text: &str) -> Project {
    let new = NewProject::new(slug(text), name(text));
    Project::create(ProjectId::new(fresh_id()), of.id, new, at(0))
}

/// A project as an owner.
pub(in crate::contract) fn owner_of(project: &Project) -> Owner {
    Owner::Project { organization: project.org_id, project: project.id }
}

/// A project as what users are members of.
pub(in crate::contract) fn members_of(project: &Project) -> MemberOf {
    MemberOf::Project { organization: project.org_id, project: project.id }
}

/// Adds a project in a unit of work of its own.
pub(in crate::contract) async fn insert_project(storage: &dyn Storage, project: &Project) -> Result<(), Error> {
    let (project, record) = (project.clone(), record(AuditAction::ProjectCreate, project));
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_project(&project).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Locks a live project and writes what `change` makes of it, in a unit of work of its own.
pub(in crate::contract) async fn update_project(
    storage: &dyn Storage,
    project: &Project,
    change: impl FnOnce(&Project) -> Project + Send + 'static,
) -> Result<Project, Error> {
    let (organization, reference) = (project.org_id, ProjectRef::Id(project.id));
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_project(everything(), organization, &reference).await?);
                transaction.update_project(&written).await?;
                let record = record(AuditAction::ProjectUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Deletes a live project softly, in a unit of work of its own.
pub(in crate::contract) async fn delete_project(storage: &dyn Storage, project: &Project) -> Result<Project, Error> {
    update_project(storage, project, |project| project.deleted(at(1_000))).await
}

/// Makes a deleted project live again, in a unit of work of its own.
pub(in crate::contract) async fn restore_project(storage: &dyn Storage, project: &Project) -> Result<Project, Error> {
    let (organization, reference) = (project.org_id, ProjectRef::Id(project.id));
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let deleted = transaction.lock_deleted_project(everything(), organization, &reference).await?;
                let restored = deleted.restored(None, at(2_000));
                transaction.update_project(&restored).await?;
                let record = record(AuditAction::ProjectRestore, &restored);
                Ok(Outcome::Changed(restored, record.into()))
            })
        })
        .await
}

/// The live project with the id of this one.
pub(in crate::contract) async fn find_project(storage: &dyn Storage, project: &Project) -> Result<Project, Error> {
    storage.find_project(everything(), project.org_id, &ProjectRef::Id(project.id), Deleted::Hidden).await
}
