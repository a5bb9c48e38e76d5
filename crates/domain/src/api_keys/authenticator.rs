//! From credentials to a principal.

use std::sync::Arc;

use super::{ApiKeySecret, Credential, Credentials, KeyUsage};
use crate::{authorization::Principal, error::Error, owners::OwnerState, ports::Clock, timestamp::Timestamp};

/// Tells whose key a secret is.
#[derive(Clone)]
pub struct Authenticator {
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    usage: Arc<KeyUsage>,
}

/// Why a key lets nobody in. Callers who show such a key are not told which of these it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// It has not the form of a key, or a wrong checksum.
    Malformed,
    /// No such key was given out.
    Unknown,
    /// It was revoked.
    Revoked,
    /// Its time has run out, or the grace of the secret that was replaced.
    Expired,
    /// The organization that it belongs to, or is beneath, is suspended.
    OwnerSuspended,
    /// Whom it belongs to was deleted.
    OwnerDeleted,
}

impl Authenticator {
    /// Puts the authentication on top of its ports.
    #[must_use]
    pub fn new(credentials: Credentials, clock: Arc<dyn Clock>, usage: Arc<KeyUsage>) -> Self {
        Self { credentials, clock, usage }
    }

    /// The principal that shows `key`, or why there is none.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn authenticate(&self, key: &str) -> Result<Result<Principal, Rejection>, Error> {
        let Ok(hash) = ApiKeySecret::hash_of(key) else { return Ok(Err(Rejection::Malformed)) };
        let now = self.clock.now();
        let Some(credential) = self.credentials.find(&hash, now, self.clock.moment()).await? else {
            return Ok(Err(Rejection::Unknown));
        };
        Ok(credential.judge(now).map(|()| {
            self.usage.saw(credential.key.id, now);
            Principal::bearer_of(credential)
        }))
    }
}

impl Credential {
    /// Whether it lets its bearer in at `now`.
    pub(super) fn judge(&self, now: Timestamp) -> Result<(), Rejection> {
        if self.key.revoked_at.is_some() {
            Err(Rejection::Revoked)
        } else if self.key.is_expired(now) || self.valid_until.is_some_and(|end| end <= now) {
            Err(Rejection::Expired)
        } else {
            match self.owner_state {
                OwnerState::Active => Ok(()),
                OwnerState::Suspended => Err(Rejection::OwnerSuspended),
                OwnerState::Deleted => Err(Rejection::OwnerDeleted),
            }
        }
    }
}
