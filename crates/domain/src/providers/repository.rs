//! The ports of provider configurations.

use async_trait::async_trait;

use super::DynamicProvider;
use crate::{
    authorization::TenantScope,
    error::Error,
    ids::ProviderId,
    owners::{Holder, Owner},
    pagination::{Page, PageRequest},
};

/// Which providers of a scope are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProviderFilter {
    /// All of them.
    #[default]
    All,
    /// Those of one owner, without those of what is beneath it.
    Owner(Owner),
}

/// Reads providers. Every read sees what was committed before it began. A provider whose owner, or anything that the
/// owner is beneath, is deleted is not there. A project's scope has the row of its organization, but none of the
/// organization's own providers.
#[async_trait]
pub trait ProviderRepository: Send + Sync {
    /// The provider with this id, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn find_provider(&self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error>;

    /// A page of the providers within `scope` that `filter` lets through, ordered by `created_at` descending, then `id`
    /// descending. The page and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_providers(
        &self,
        scope: TenantScope,
        filter: ProviderFilter,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error>;
}

/// Changes providers, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait ProviderWriter {
    /// How many providers an organization and all beneath it, or a user, has. Those of deleted projects count: they come
    /// back with them.
    ///
    /// # Errors
    /// None of its own.
    async fn count_providers(&mut self, holder: Holder) -> Result<u64, Error>;

    /// The provider with this id, if it lies within `scope`; nobody else changes it, or wraps its key anew, until the
    /// unit of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn lock_provider(&mut self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error>;

    /// Adds a new provider to an owner, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `name` when the owner has a provider of that name.
    async fn insert_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error>;

    /// Writes every editable field of the provider with this id, which the unit of work has locked; its key as well.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `name` when the owner has another provider of that name; [`Error::NotFound`] when
    /// there is none with this id.
    async fn update_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error>;

    /// Removes the provider with this id, which the unit of work has locked, for good.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn delete_provider(&mut self, id: ProviderId) -> Result<(), Error>;
}
