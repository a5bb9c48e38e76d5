//! The port to the master keys.

use async_trait::async_trait;

use super::{DataKey, MasterKeyId, UnsealError};
use crate::error::Error;

/// A data key, encrypted under a master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// The master key.
    pub master_key_id: MasterKeyId,
    /// The encrypted key, of at most 65,535 bytes. What they mean is up to the source alone.
    pub bytes: Vec<u8>,
}

/// Wraps data keys under master keys, which it never gives out: one that is active, and former ones. It may hold them
/// itself, or be the client of a key service.
#[async_trait]
pub trait MasterKeySource: Send + Sync {
    /// The master key that new secrets are sealed under.
    fn active(&self) -> MasterKeyId;

    /// Whether it can unwrap what was wrapped under this master key: the active one, or a former one.
    fn knows(&self, id: MasterKeyId) -> bool;

    /// Wraps a data key under the active master key, bound to `associated_data`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the source cannot be reached.
    async fn wrap_key(&self, associated_data: &[u8], data_key: &DataKey) -> Result<WrappedDataKey, Error>;

    /// Unwraps a data key that was wrapped with the same `associated_data`.
    ///
    /// # Errors
    /// See [`UnsealError`].
    async fn unwrap_key(&self, associated_data: &[u8], wrapped: &WrappedDataKey) -> Result<DataKey, UnsealError>;
}
