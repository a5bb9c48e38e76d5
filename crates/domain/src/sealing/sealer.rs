//! The port that seals.

use async_trait::async_trait;

use super::{MasterKeyId, SealedSecret, SealingContext, SecretText};
use crate::error::Error;

/// Seals secrets for their place, and opens them there.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// The master key that new secrets are sealed under.
    fn active(&self) -> MasterKeyId;

    /// Whether what is sealed under this master key can be opened.
    fn knows(&self, id: MasterKeyId) -> bool;

    /// Seals a secret under the active master key. The same secret gives something else each time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is no randomness, or no answer from the source of master keys.
    async fn seal(&self, context: &SealingContext, secret: &SecretText) -> Result<SealedSecret, Error>;

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`Error::Internal`] when it does not open; the cause holds the [`UnsealError`](super::UnsealError).
    /// [`Error::Unavailable`] as for [`Sealer::seal`].
    async fn open(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, Error>;

    /// The same secret under the active master key; `None` when it is under that already. Only its data key is wrapped
    /// anew: the secret itself is not opened.
    ///
    /// # Errors
    /// Those of [`Sealer::open`]; what is broken beyond the data key is not noticed.
    async fn rewrap(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<Option<SealedSecret>, Error>;
}
