//! The check at the start: are these the master keys that this storage's secrets are sealed under?

use std::sync::Arc;

use super::{
    DataKey, KnownMasterKey, MasterKeyId, MasterKeyRepository, MasterKeySource, StoredSecretRepository, UnsealError,
    WrappedDataKey,
};
use crate::{error::Error, ports::Clock};

/// What check values are bound to.
const CHECK: &[u8] = b"tenancy master key check, version 1\n";
/// How often it is tried to add a key while others add theirs. All instances of an installation should bring the same
/// key, so that a second look finds it there.
const ATTEMPTS: usize = 3;

/// Knows which master keys have come into use, and lets no wrong one in.
///
/// The rule: the newest master key that storage knows of must be at hand, as the active one or a former one. Else what
/// is sealed under it would not open, and what is sealed from now on would not open for whoever has it. And so must be
/// every older one that a secret is still sealed under.
pub struct MasterKeyRegistry {
    repository: Arc<dyn MasterKeyRepository>,
    secrets: Arc<dyn StoredSecretRepository>,
    source: Arc<dyn MasterKeySource>,
    clock: Arc<dyn Clock>,
}

/// How the active master key stands to those that storage knew of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It was known.
    Known,
    /// There was none before; it is the first one from now on.
    First,
    /// It succeeds those before it, of which the newest is at hand.
    Successor,
}

/// Why the service must not start with these master keys.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// The newest master key is not at hand.
    #[error("secrets are sealed under the master key {newest}, and {active} was given")]
    WrongKey {
        /// The newest master key that storage knows of.
        newest: MasterKeyId,
        /// The active one of those at hand.
        active: MasterKeyId,
    },
    /// A master key that secrets are sealed under is not at hand.
    #[error("{secrets} secrets are sealed under the master key {missing}, which was not given")]
    Missing {
        /// The master key.
        missing: MasterKeyId,
        /// How many secrets are sealed under it.
        secrets: u64,
    },
    /// A master key has the name of a known one and does not open its check value.
    #[error("the master key {0} does not open its check value in the database")]
    NotTheSame(MasterKeyId),
    /// Storage or the source of master keys failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl MasterKeyRegistry {
    /// The registry of one storage, for the master keys at hand.
    #[must_use]
    pub fn new(
        repository: Arc<dyn MasterKeyRepository>,
        secrets: Arc<dyn StoredSecretRepository>,
        source: Arc<dyn MasterKeySource>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository, secrets, source, clock }
    }

    /// Holds the master keys at hand against those that storage knows of, and adds the active one where it is new. Any
    /// number of instances may do this at once: of those that bring different first keys, one is let in.
    ///
    /// # Errors
    /// See [`AdmissionError`].
    pub async fn admit(&self) -> Result<Admission, AdmissionError> {
        let active = self.source.active();
        let mut admission = Admission::Known;
        for _ in 0..ATTEMPTS {
            let known = self.repository.master_keys().await?;
            let newest = known.last();
            if let Some(newest) = newest.filter(|newest| !self.source.knows(newest.id)) {
                return Err(AdmissionError::WrongKey { newest: newest.id, active });
            }
            for key in known.iter().filter(|key| self.source.knows(key.id)) {
                self.check(key).await?;
            }
            for (id, secrets) in self.secrets.count_secrets().await? {
                if !self.source.knows(id) {
                    return Err(AdmissionError::Missing { missing: id, secrets });
                }
            }
            if known.iter().any(|key| key.id == active) {
                return Ok(admission);
            }
            admission = if known.is_empty() { Admission::First } else { Admission::Successor };
            self.add(newest.map_or(1, |newest| newest.number.saturating_add(1))).await?;
        }
        Err(Error::unavailable(anyhow::anyhow!("others add master keys at the same time")).into())
    }

    async fn check(&self, key: &KnownMasterKey) -> Result<(), AdmissionError> {
        let check_value = WrappedDataKey { master_key_id: key.id, bytes: key.check_value.clone() };
        match self.source.unwrap_key(CHECK, &check_value).await {
            // What is wrapped is of no matter: nothing else opens.
            Ok(_) => Ok(()),
            Err(UnsealError::Source(error)) => Err(error.into()),
            Err(UnsealError::UnknownMasterKey(_) | UnsealError::Broken) => Err(AdmissionError::NotTheSame(key.id)),
        }
    }

    async fn add(&self, number: i64) -> Result<(), Error> {
        let WrappedDataKey { master_key_id, bytes } = self.source.wrap_key(CHECK, &DataKey::unused()).await?;
        let created_at = self.clock.now();
        let key = KnownMasterKey { id: master_key_id, number, check_value: bytes, created_at };
        self.repository.add_master_key(&key).await
    }
}
