//! A part of the cache: two generations of credentials.

use std::{collections::HashMap, mem, sync::Arc, time::Instant};

use super::super::{Credential, CredentialNotice, SecretHash};
use crate::{ids::ApiKeyId, owners::Owner};

/// How many credentials a generation has.
const GENERATION: usize = 512;

pub(super) type Generation = HashMap<SecretHash, Entry>;

/// What is used goes to the young generation. When that is full it becomes the old one, and what was in the old one and
/// was not used since is dropped: so room is made without a search for what was used least.
#[derive(Default)]
pub(super) struct Shard {
    young: Generation,
    old: Generation,
}

/// A credential that is kept. What notices are held against stands in the entry itself: all entries are looked at for
/// each notice, and need not be followed to their keys.
pub(super) struct Entry {
    credential: Arc<Credential>,
    key: ApiKeyId,
    owner: Owner,
    read_at: Instant,
}

/// An entry that was found.
pub(super) struct Found {
    pub(super) credential: Arc<Credential>,
    /// When the read of it began.
    pub(super) read_at: Instant,
    /// Whether it is of the old generation.
    pub(super) is_old: bool,
}

impl Entry {
    /// An entry of what was read, where the read began at `read_at`.
    pub(super) fn new(credential: Arc<Credential>, read_at: Instant) -> Self {
        Self { key: credential.key.id, owner: credential.key.owner, credential, read_at }
    }
}

impl Shard {
    /// The entry with this hash.
    pub(super) fn get(&self, hash: &SecretHash) -> Option<Found> {
        let (entry, is_old) = match self.young.get(hash) {
            Some(entry) => (entry, false),
            None => (self.old.get(hash)?, true),
        };
        Some(Found { credential: Arc::clone(&entry.credential), read_at: entry.read_at, is_old })
    }

    /// Moves an entry of the old generation, if it is still there, to the young one. Gives what was dropped to make
    /// room.
    pub(super) fn renew(&mut self, hash: &SecretHash) -> Generation {
        self.old.remove(hash).map(|entry| self.insert(*hash, entry)).unwrap_or_default()
    }

    /// Adds an entry, in the place of the one with the same hash. Gives what was dropped to make room.
    pub(super) fn insert(&mut self, hash: SecretHash, entry: Entry) -> Generation {
        self.old.remove(&hash);
        self.young.insert(hash, entry);
        if self.young.len() < GENERATION {
            return Generation::new();
        }
        mem::replace(&mut self.old, mem::take(&mut self.young))
    }

    /// Drops what `notices` end.
    pub(super) fn forget(&mut self, notices: &[CredentialNotice]) {
        for generation in [&mut self.young, &mut self.old] {
            generation.retain(|_, entry| !notices.iter().any(|notice| notice.concerns(entry.key, entry.owner)));
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}
