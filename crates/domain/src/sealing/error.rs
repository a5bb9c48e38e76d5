//! Why something sealed does not open.

use super::{MasterKeyId, SealingContext};
use crate::error::Error;

/// Why a data key or a secret does not open.
#[derive(Debug, thiserror::Error)]
pub enum UnsealError {
    /// The master key that it is sealed under is not among those at hand.
    #[error("it is sealed under the master key {0}, which is not given")]
    UnknownMasterKey(MasterKeyId),
    /// It is not what was sealed for this place.
    #[error("it was changed since it was sealed, or moved there from elsewhere")]
    Broken,
    /// The source of master keys cannot tell.
    #[error(transparent)]
    Source(#[from] Error),
}

impl UnsealError {
    /// The error of a secret that does not open, which the caller can do nothing about: the cause, for the log, names
    /// its place and holds this reason.
    #[must_use]
    pub fn of(self, context: &SealingContext) -> Error {
        match self {
            Self::Source(error) => error,
            reason => Error::internal(anyhow::Error::new(reason).context(format!("{context} does not open"))),
        }
    }
}
