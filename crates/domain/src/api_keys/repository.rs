//! The ports of API keys.

use async_trait::async_trait;

use super::{ApiKey, SecretHash};
use crate::{
    authorization::TenantScope,
    error::Error,
    ids::ApiKeyId,
    pagination::{Page, PageRequest},
};

/// Reads API keys. Every read sees what was committed before it began.
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// The key whose secret has this hash, also when it is revoked or expired. It is what authentication asks, and so
    /// the one read of a tenant's row that no scope bounds.
    ///
    /// # Errors
    /// None of its own.
    async fn find_api_key_by_hash(&self, hash: &SecretHash) -> Result<Option<ApiKey>, Error>;

    /// A page of the keys within `scope`, revoked and expired ones included, ordered by `created_at` descending, then
    /// `id` descending.
    ///
    /// # Errors
    /// None of its own.
    async fn list_api_keys(&self, scope: TenantScope, request: &PageRequest) -> Result<Page<ApiKey>, Error>;
}

/// Changes API keys, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait ApiKeyWriter {
    /// The key with this id, revoked or not, if it lies within `scope`; nobody else changes it until the unit of work
    /// ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error>;

    /// Adds a new key, whose secret has `hash`.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `key` when another key has the same secret.
    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error>;

    /// Writes every editable field of the key with this id, which the unit of work has locked.
    ///
    /// # Errors
    /// None of its own.
    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error>;
}
