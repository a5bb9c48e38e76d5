//! The ports of projects.

use async_trait::async_trait;

use super::{Project, ProjectRef};
use crate::{
    affected::Affected,
    authorization::TenantScope,
    deleted::Deleted,
    error::Error,
    ids::{OrganizationId, ProjectId},
    pagination::{Page, PageRequest},
    search::Search,
};

/// Which projects are listed: those that meet all that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectFilter {
    /// Those that are found by this.
    pub search: Option<Search>,
}

/// Reads projects. Every read sees what was committed before it began. What belongs to a deleted organization is not
/// there.
#[async_trait]
pub trait ProjectRepository: Send + Sync {
    /// The project of the live organization `organization` that `reference` names, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, when it lies outside `scope`, or when it is deleted and `deleted` hides
    /// it or `reference` is a slug.
    async fn find_project(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
        deleted: Deleted,
    ) -> Result<Project, Error>;

    /// A page of the projects of the live organization `organization` within `scope` that `filter` lets through, ordered by
    /// `created_at` descending, then `id` descending. The page and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_projects(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        filter: &ProjectFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Project>, Error>;
}

/// Changes projects, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait ProjectWriter {
    /// The live project of the live organization `organization` that `reference` names, if it lies within `scope`;
    /// nobody else changes it until the unit of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`ProjectRepository::find_project`] with [`Deleted::Hidden`].
    async fn lock_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error>;

    /// The project of the organization `organization` that `reference` names and that is to be restored, which is
    /// within `scope` as the organization is; nobody else changes it until the unit of work ends. By slug it is the one
    /// deleted project of the organization that has it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such project, live or deleted, or no such live organization within `scope`;
    /// [`Error::Conflict`] when it is live, and when several deleted ones have the slug
    /// ([`SoftDeleted::restorable`](crate::SoftDeleted::restorable)).
    async fn lock_deleted_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error>;

    /// How many live projects an organization has.
    ///
    /// # Errors
    /// None of its own.
    async fn count_projects(&mut self, organization: OrganizationId) -> Result<u64, Error>;

    /// Adds a new project to an organization, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when a live project of the organization has it.
    async fn insert_project(&mut self, project: &Project) -> Result<(), Error>;

    /// Writes every editable field of the project with this id, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when another live project of the organization has it.
    async fn update_project(&mut self, project: &Project) -> Result<(), Error>;

    /// How much there is beneath a project, live or deleted, which the unit of work has locked: its memberships, its API
    /// keys and its dynamic providers.
    ///
    /// # Errors
    /// None of its own.
    async fn count_beneath_project(&mut self, id: ProjectId) -> Result<Affected, Error>;
}
