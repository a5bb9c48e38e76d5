//! The ports of owners.

use async_trait::async_trait;

use super::{Owner, OwnerRef};
use crate::{authorization::TenantScope, error::Error};

/// Looks owners up. The installation lies within the scope that has everything; an organization lies within a scope
/// where its row does, a project's key included; a user lies within its own.
#[async_trait]
pub trait OwnerRepository: Send + Sync {
    /// The live owner that `reference` names, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such live owner within `scope`.
    async fn find_owner(&self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error>;
}

/// Locks owners, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait OwnerWriter {
    /// The live owner that `reference` names, if it lies within `scope`. Nobody else deletes it, or adds anything that it,
    /// or its organization, owns, until the unit of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such live owner within `scope`.
    async fn lock_owner(&mut self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error>;
}
