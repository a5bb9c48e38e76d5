//! The ports of organizations.

use async_trait::async_trait;

use super::{Organization, OrganizationRef};
use crate::{
    authorization::TenantScope,
    deleted::Deleted,
    error::Error,
    pagination::{Page, PageRequest},
};

/// Reads organizations. Every read sees what was committed before it began.
#[async_trait]
pub trait OrganizationRepository: Send + Sync {
    /// The organization that `reference` names, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, when it lies outside `scope`, or when it is deleted and `deleted` hides
    /// it or `reference` is a slug.
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error>;

    /// A page of the organizations within `scope`, ordered by `created_at` descending, then `id` descending. The page
    /// and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error>;
}

/// Changes organizations, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait OrganizationWriter {
    /// The live organization that `reference` names, if it lies within `scope`; nobody else changes it until the unit
    /// of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`OrganizationRepository::find_organization`] with [`Deleted::Hidden`].
    async fn lock_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error>;

    /// The organization that `reference` names and that is to be restored, if it lies within `scope`; nobody else changes
    /// it until the unit of work ends. By slug it is the one deleted organization that has it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such organization, live or deleted; [`Error::Conflict`] when it is live, and
    /// when several deleted ones have the slug ([`SoftDeleted::restorable`](crate::SoftDeleted::restorable)).
    async fn lock_deleted_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error>;

    /// Adds a new organization.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when a live organization has it.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error>;

    /// Writes every editable field of the organization with this id, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when another live organization has it.
    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error>;
}
