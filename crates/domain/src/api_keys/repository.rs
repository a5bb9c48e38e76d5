//! The ports of API keys.

use async_trait::async_trait;

use super::{ApiKey, SecretHash};
use crate::{
    authorization::TenantScope,
    error::Error,
    ids::ApiKeyId,
    owners::{Holder, Owner, OwnerState, OwnerType},
    pagination::{Page, PageRequest},
    timestamp::Timestamp,
};

/// What storage knows of a secret that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its key.
    pub key: ApiKey,
    /// Until when the secret works: the end of a rotation's grace. `None` for the key's own secret.
    pub valid_until: Option<Timestamp>,
    /// Whether the key's owner, or anything that the owner is beneath, is deleted or suspended.
    pub owner_state: OwnerState,
}

/// Which keys of a scope are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ApiKeyFilter {
    /// All of them.
    #[default]
    All,
    /// Those of one kind of owner.
    OwnerType(OwnerType),
    /// Those of one owner, without those of what is beneath it.
    Owner(Owner),
}

/// Reads API keys. Every read sees what was committed before it began. A key whose owner, or anything that the owner is
/// beneath, is deleted is there for [`ApiKeyRepository::find_credential`] alone. A project's scope has the row of its
/// organization, but none of the organization's own keys.
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// The key of which a secret has this hash, also when the key is revoked or expired, the secret's grace has ended,
    /// or the owner is suspended or deleted. It is what authentication asks, and so the one read of a tenant's row that no scope
    /// bounds.
    ///
    /// # Errors
    /// None of its own.
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error>;

    /// The key with this id, revoked and expired or not, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error>;

    /// A page of the keys within `scope` that `filter` lets through, revoked and expired ones included, ordered by
    /// `created_at` descending, then `id` descending. The page and what it says of the rows beside it come from one
    /// snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error>;

    /// Notes when keys were last used; a time before the one that a key has already changes nothing. It is no change
    /// of the keys: no version rises, and the audit log says nothing.
    ///
    /// # Errors
    /// None of its own; keys that are not there are passed over.
    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error>;
}

/// Changes API keys, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait ApiKeyWriter {
    /// How many keys of an organization and of all beneath it, or of a user, are not revoked. Those of deleted projects
    /// count: they come back with them.
    ///
    /// # Errors
    /// None of its own.
    async fn count_api_keys(&mut self, holder: Holder) -> Result<u64, Error>;

    /// The key with this id, revoked or not, if it lies within `scope`; nobody else changes it until the unit of work
    /// ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error>;

    /// Adds a new key, whose secret has `hash`.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `key` when another key has, or had, the same secret.
    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error>;

    /// Writes every editable field of the key with this id, which the unit of work has locked; not `last_used_at`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error>;

    /// Gives the key, which the unit of work has locked, a new secret with `hash`. The one that it had works until
    /// `former_until`, where that is some time; all other secrets of the key end at once.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `key` when a key has, or had, the same secret.
    async fn replace_api_key_secret(
        &mut self,
        id: ApiKeyId,
        hash: &SecretHash,
        former_until: Option<Timestamp>,
    ) -> Result<(), Error>;
}
