//! Storage in memory with keys that are forgotten with it.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    audit_log::{ChainKey, ChainKeyRepository},
    sealing::Sealer,
};

use super::MemoryStorage;
use crate::{
    sealing::{ChainHmac, EnvelopeSealer, Keyring, MasterKey},
    system::OsRandom,
};

/// Storage in memory that can be written to at once, and what seals its secrets.
#[derive(Clone)]
pub struct Ephemeral {
    /// The storage, with nothing in it.
    pub storage: Arc<MemoryStorage>,
    /// Seals its secrets under a master key that nobody has written down.
    pub sealer: Arc<dyn Sealer>,
}

/// Makes storage in memory, with a master key and a key of its audit chains that are drawn at random and forgotten with it.
/// It is for tests, and for whatever else is to leave nothing behind.
///
/// # Errors
/// [`Error::Unavailable`] when the operating system has no randomness to give.
pub fn ephemeral() -> Result<Ephemeral, Error> {
    let storage = MemoryStorage::new();
    storage.use_chain_mac(ChainHmac::shared(&ChainKey::generate(&OsRandom)?));
    let keyring = Keyring::new(&MasterKey::generate(&OsRandom)?, &[], Arc::new(OsRandom))?;
    let sealer = EnvelopeSealer::new(Arc::new(keyring), Arc::new(OsRandom));
    Ok(Ephemeral { storage: Arc::new(storage), sealer: Arc::new(sealer) })
}
