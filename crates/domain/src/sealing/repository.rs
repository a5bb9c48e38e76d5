//! The port of the master keys that storage knows of.

use async_trait::async_trait;

use super::MasterKeyId;
use crate::{error::Error, timestamp::Timestamp};

/// What storage knows of a master key: not the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMasterKey {
    /// Its id.
    pub id: MasterKeyId,
    /// Its place in the order in which master keys came into use, from 1.
    pub number: i64,
    /// A data key that is used for nothing, wrapped under it: only this very master key opens it.
    pub check_value: Vec<u8>,
    /// When it came into use.
    pub created_at: Timestamp,
}

/// Keeps which master keys have come into use. There are few: one, and one more each time it is replaced. Adding one is
/// no change to any tenant, and leaves no audit entry.
#[async_trait]
pub trait MasterKeyRepository: Send + Sync {
    /// All of them, by number.
    ///
    /// # Errors
    /// None of its own.
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, Error>;

    /// Adds a master key, unless there is one with its id or with its number: then nothing is changed, and the caller
    /// looks again. Returns once the commit is durable.
    ///
    /// # Errors
    /// None of its own.
    async fn add_master_key(&self, key: &KnownMasterKey) -> Result<(), Error>;
}
