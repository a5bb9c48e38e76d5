//! The ports of organizations.

use async_trait::async_trait;

use super::{Organization, OrganizationRef, SlugAlias};
use crate::{
    affected::Affected,
    authorization::TenantScope,
    deleted::Deleted,
    error::Error,
    external_id::ExternalId,
    ids::OrganizationId,
    pagination::{Page, PageRequest},
    search::Search,
    slug::Slug,
    timestamp::Timestamp,
};

/// Which organizations are listed: those that meet all that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationFilter {
    /// The one that is called this elsewhere; or those, where deleted ones are listed, too.
    pub external_id: Option<ExternalId>,
    /// Those that are found by this.
    pub search: Option<Search>,
}

/// Reads organizations. Every read sees what was committed before it began.
#[async_trait]
pub trait OrganizationRepository: Send + Sync {
    /// The organization that `reference` names, if it lies within `scope`. An alias names none.
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

    /// The live organization of which `former` is an alias, in its cool-down or after it, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error>;

    /// A page of the organizations within `scope` that `filter` lets through, ordered by `created_at` descending, then `id` descending. The page
    /// and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_organizations(
        &self,
        scope: TenantScope,
        filter: &OrganizationFilter,
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

    /// The organization that `reference` names and that is to be restored or purged, if it lies within `scope`; nobody
    /// else changes it until the unit of work ends. By slug it is the one deleted organization that has it.
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
    /// [`Error::AlreadyExists`] of `slug` or `external_id` when a live organization has it.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error>;

    /// Writes every editable field of the organization with this id, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` or `external_id` when another live organization has it.
    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error>;

    /// Ends the alias that has the slug of `organization`, if there is one; the unit of work has written the organization
    /// with that slug, so that nobody else takes it or leaves it meanwhile.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when it is another's alias, in its cool-down at `now`
    /// ([`SlugAlias::is_free_for`]).
    async fn take_slug(&mut self, organization: &Organization, now: Timestamp) -> Result<(), Error>;

    /// Leaves an alias to an organization, which the unit of work has locked and given another slug.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when there is such an alias already.
    async fn add_alias(&mut self, alias: &SlugAlias) -> Result<(), Error>;

    /// How many aliases of an organization, which the unit of work has locked, are in their cool-down at `now`.
    ///
    /// # Errors
    /// None of its own.
    async fn count_reserved_aliases(&mut self, id: OrganizationId, now: Timestamp) -> Result<u64, Error>;

    /// Ends all aliases of an organization, which the unit of work has locked.
    ///
    /// # Errors
    /// None of its own.
    async fn end_aliases(&mut self, id: OrganizationId) -> Result<(), Error>;

    /// How much there is beneath an organization, live or deleted, which the unit of work has locked: its projects, the
    /// deleted ones where `deleted` includes them, its memberships, its API keys and its dynamic providers, and theirs.
    ///
    /// # Errors
    /// None of its own.
    async fn count_beneath_organization(&mut self, id: OrganizationId, deleted: Deleted) -> Result<Affected, Error>;

    /// Removes for good an organization that the unit of work has locked, with its projects, live and deleted, with the
    /// memberships, the API keys with their secrets and the dynamic providers of both, and with its aliases. Its audit log stays. Gives how much there
    /// was beneath it, as [`OrganizationWriter::count_beneath_organization`] counts with [`Deleted::Included`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn purge_organization(&mut self, id: OrganizationId) -> Result<Affected, Error>;
}
