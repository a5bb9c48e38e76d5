//! From credentials to a principal.

use std::sync::Arc;

use super::{ApiKeyRepository, ApiKeySecret};
use crate::{authorization::Principal, error::Error, ports::Clock};

/// Tells whose key a secret is.
#[derive(Clone)]
pub struct Authenticator {
    repository: Arc<dyn ApiKeyRepository>,
    clock: Arc<dyn Clock>,
}

/// Why a key lets nobody in. Callers are not told which of these it was: to them every such key is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// It has not the form of a key, or a wrong checksum.
    Malformed,
    /// No such key was given out.
    Unknown,
    /// It was revoked.
    Revoked,
    /// Its time has run out.
    Expired,
}

impl Authenticator {
    /// Puts the authentication on top of its ports.
    #[must_use]
    pub fn new(repository: Arc<dyn ApiKeyRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { repository, clock }
    }

    /// The principal that shows `key`, or why there is none.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn authenticate(&self, key: &str) -> Result<Result<Principal, Rejection>, Error> {
        let Ok(secret) = ApiKeySecret::parse(key) else { return Ok(Err(Rejection::Malformed)) };
        let Some(key) = self.repository.find_api_key_by_hash(&secret.hash()).await? else {
            return Ok(Err(Rejection::Unknown));
        };
        Ok(if key.revoked_at.is_some() {
            Err(Rejection::Revoked)
        } else if key.is_expired(self.clock.now()) {
            Err(Rejection::Expired)
        } else {
            Ok(Principal::bearer_of(&key))
        })
    }
}
