//! The known master keys in memory.

use rpds::RedBlackTreeMapSync;
use tenancy_domain::sealing::KnownMasterKey;

/// The master keys that have come into use, by number.
#[derive(Clone, Default)]
pub(super) struct MasterKeys {
    by_number: RedBlackTreeMapSync<i64, KnownMasterKey>,
}

impl MasterKeys {
    /// All of them, by number.
    pub(super) fn list(&self) -> Vec<KnownMasterKey> {
        self.by_number.values().cloned().collect()
    }

    /// Adds one, unless its id or its number is taken.
    pub(super) fn add(&mut self, key: &KnownMasterKey) {
        let taken = self.by_number.contains_key(&key.number) || self.by_number.values().any(|known| known.id == key.id);
        if !taken {
            self.by_number.insert_mut(key.number, key.clone());
        }
    }
}
