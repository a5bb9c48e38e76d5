//! Where authentication and verification find credentials.

use std::{sync::Arc, time::Instant};

use super::{ApiKeyRepository, Credential, CredentialCache, SecretHash};
use crate::{error::Error, timestamp::Timestamp};

/// Finds credentials in storage, or in a cache of what storage told of them. A clone is the same.
#[derive(Clone)]
pub struct Credentials {
    repository: Arc<dyn ApiKeyRepository>,
    cache: Option<Arc<CredentialCache>>,
}

impl Credentials {
    /// Asks storage each time, so that a change holds everywhere from its answer on.
    #[must_use]
    pub fn uncached(repository: Arc<dyn ApiKeyRepository>) -> Self {
        Self { repository, cache: None }
    }

    /// Asks storage for what is not in `cache`, while that is trusted: it is to be told of the changes of this very
    /// storage ([`CredentialNotices`](super::CredentialNotices)). They hold from the answer on where they are made, and
    /// elsewhere soon.
    #[must_use]
    pub fn cached(repository: Arc<dyn ApiKeyRepository>, cache: Arc<CredentialCache>) -> Self {
        Self { repository, cache: Some(cache) }
    }

    /// The credential with this hash, to be judged at `now`, which is `moment` on the clock that only goes forward.
    ///
    /// # Errors
    /// Those of the storage.
    pub(super) async fn find(
        &self,
        hash: &SecretHash,
        now: Timestamp,
        moment: Instant,
    ) -> Result<Option<Arc<Credential>>, Error> {
        let Some(cache) = self.cache.as_ref().filter(|cache| cache.is_trusted(moment)) else {
            return Ok(self.repository.find_credential(hash).await?.map(Arc::new));
        };
        // It lets in, and never keeps out: what has expired, say, may have been given more time elsewhere just now.
        if let Some(credential) = cache.get(hash, moment).filter(|credential| credential.judge(now).is_ok()) {
            return Ok(Some(credential));
        }
        let epoch = cache.epoch();
        let Some(credential) = self.repository.find_credential(hash).await?.map(Arc::new) else { return Ok(None) };
        if credential.judge(now).is_ok() {
            cache.keep(epoch, *hash, Arc::clone(&credential), moment);
        }
        Ok(Some(credential))
    }
}
