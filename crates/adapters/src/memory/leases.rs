//! Leases in memory.

use rpds::HashTrieMapSync;
use tenancy_domain::{Timestamp, leases::Lease};
use uuid::Uuid;

/// Who holds which lease until when.
#[derive(Clone, Default)]
pub(super) struct Leases {
    held: HashTrieMapSync<Lease, (Uuid, Timestamp)>,
}

impl Leases {
    /// Gives a lease that is free at `now`, or is held by `holder` already, to `holder`; tells whether it has it.
    pub(super) fn take(&mut self, lease: Lease, holder: Uuid, now: Timestamp, until: Timestamp) -> bool {
        let is_anothers = self.held.get(&lease).is_some_and(|(other, end)| *other != holder && *end > now);
        if !is_anothers {
            self.held.insert_mut(lease, (holder, until));
        }
        !is_anothers
    }

    /// Ends a lease that `holder` has.
    pub(super) fn end(&mut self, lease: Lease, holder: Uuid) {
        if self.held.get(&lease).is_some_and(|(other, _)| *other == holder) {
            self.held.remove_mut(&lease);
        }
    }
}
