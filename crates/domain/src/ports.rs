//! The ports that belong to no resource: the clock, ids, randomness, and the health of storage.

use std::time::Instant;

use async_trait::async_trait;
use uuid::Uuid;

use crate::{error::Error, timestamp::Timestamp};

/// Tells the time. The core reads no other clock, and the database none at all.
pub trait Clock: Send + Sync {
    /// The present time. It may step back, as the machine's clock may.
    fn now(&self) -> Timestamp;

    /// The present moment on a clock that only goes forward, to tell how much time has gone by.
    fn moment(&self) -> Instant {
        Instant::now()
    }
}

/// Makes ids.
pub trait IdSource: Send + Sync {
    /// A fresh UUIDv7 (RFC 9562, section 5.7) for a thing made at `now`: greater than every id that this source gave
    /// out before, also when the clock has stepped back since.
    fn next(&self, now: Timestamp) -> Uuid;
}

/// Gives the randomness that secrets are made of.
pub trait SecretSource: Send + Sync {
    /// Fills `bytes` from a cryptographically secure source.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the source has none to give; `bytes` must then not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// Tells whether storage can serve.
#[async_trait]
pub trait StorageHealth: Send + Sync {
    /// Returns at once when storage answers, is sound as far as it is known, and has the schema that this program
    /// needs.
    ///
    /// # Errors
    /// The reason why not.
    async fn ready(&self) -> Result<(), NotReady>;
}

/// Why storage cannot serve. Its `Display` may be shown to anyone: it names no host, user or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotReady {
    /// No answer from the database in time.
    #[error("the database is unreachable")]
    Unreachable(#[source] Error),
    /// Damage was found.
    #[error("{file} is damaged")]
    Damaged {
        /// The name of the file, without its folder.
        file: String,
    },
    /// The database lacks migrations that this program needs.
    #[error("the database lacks {0} of this program's migrations")]
    MigrationsPending(usize),
}
