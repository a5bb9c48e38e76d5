//! The port of the secrets that storage keeps, wherever they are.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{MasterKeyId, SealedSecret, SealingContext};
use crate::error::Error;

/// A sealed secret and the place that it is kept in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// Its place.
    pub place: SealingContext,
    /// The secret.
    pub sealed: SealedSecret,
}

/// Finds sealed secrets by their master keys, and puts them back once they are wrapped anew: those of every table, those
/// of what is deleted and may be restored among them. None of it is a change to any tenant: no version rises, and the audit
/// log says nothing.
#[async_trait]
pub trait StoredSecretRepository: Send + Sync {
    /// How many secrets are sealed under each master key; one that has none is not there.
    ///
    /// # Errors
    /// None of its own.
    async fn count_secrets(&self) -> Result<BTreeMap<MasterKeyId, u64>, Error>;

    /// Up to `limit` secrets that are sealed under `master_key`, by table and then by the row's id, and of those only what
    /// comes after the place `after`, where one is given.
    ///
    /// # Errors
    /// None of its own.
    async fn secrets_under(
        &self,
        master_key: MasterKeyId,
        after: Option<SealingContext>,
        limit: u16,
    ) -> Result<Vec<StoredSecret>, Error>;

    /// Puts `new` in the place of the very secret that is given, and tells whether it was still there. One that was
    /// changed since is left as it is.
    ///
    /// # Errors
    /// None of its own.
    async fn replace_secret(&self, former: &StoredSecret, new: &SealedSecret) -> Result<bool, Error>;
}
