//! Credentials that storage has told of, kept to let their bearers in without asking it again.
//!
//! The cache only ever lets in: whom a cached credential does not let in is judged by what storage says. And it is used
//! only while it is trusted, which storage sees to: it tells the cache of every change ([`CredentialNotices`]), and of
//! how long it may count on being told.
//!
//! A read of storage takes time, and a change may come between the read and the moment at which its answer is kept.
//! Each change therefore begins a new *epoch*, before it drops what it ends; and what was read is kept only in the epoch
//! that the read began in. Both happen under the lock of the shard: either the change finds what was kept, and drops
//! it, or the keeping finds the new epoch, and does not take place.
//!
//! [`CredentialNotices`]: super::CredentialNotices

mod shard;
#[cfg(test)]
mod tests;

use std::{
    array, fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use self::shard::{Entry, Shard};
use super::{Credential, CredentialNotice, SecretHash};

/// How many parts the cache has, each with a lock of its own: requests that run at once seldom want the same one.
const SHARDS: usize = 64;

/// Nothing is kept for longer, whatever is told of it: so also what nobody tells of (a row that was changed by hand) has
/// an end. A key in use costs one look-up a minute.
const MAX_AGE: Duration = Duration::from_mins(1);

/// Not to be used at all, and to be used for good, among the nanoseconds of [`CredentialCache::trusted_until`].
const NEVER: u64 = 0;
const ALWAYS: u64 = u64::MAX;

/// Keeps the credentials that let their bearers in: 65,536 at the most, and at least the last 32,768 or so that were
/// used. It belongs to one storage, which it is told of changes by; see [`Credentials`](super::Credentials) for its use.
pub struct CredentialCache {
    shards: [RwLock<Shard>; SHARDS],
    /// Counts the changes that were told.
    epoch: AtomicU64,
    /// What the nanoseconds are counted from.
    made_at: Instant,
    /// Until when what is kept may be used, in nanoseconds since the cache was made.
    trusted_until: AtomicU64,
}

/// The state of the cache when a read of storage began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Epoch(u64);

impl CredentialCache {
    /// For how long the cache is trusted after it was last certain that no change is missing.
    pub const TRUST: Duration = Duration::from_secs(4);

    /// A cache with nothing in it, which nobody trusts yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shards: array::from_fn(|_| RwLock::default()),
            epoch: AtomicU64::new(0),
            made_at: Instant::now(),
            trusted_until: AtomicU64::new(NEVER),
        }
    }

    /// Drops what `notices` end. On return nothing that was read before this call is used any more.
    pub fn forget(&self, notices: &[CredentialNotice]) {
        if notices.is_empty() {
            return;
        }
        self.epoch.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            shard.write().unwrap_or_else(PoisonError::into_inner).forget(notices);
        }
    }

    /// The cache may be used for good: it is told of every change before anybody can count on it.
    pub fn trust_always(&self) {
        self.trusted_until.store(ALWAYS, Ordering::SeqCst);
    }

    /// The cache may be used until [`CredentialCache::TRUST`] after `moment`: it was told of every change that was
    /// committed before. An earlier moment than the last one changes nothing.
    pub fn trust_from(&self, moment: Instant) {
        let until = (moment + Self::TRUST).saturating_duration_since(self.made_at);
        self.trusted_until.fetch_max(nanoseconds(until).min(ALWAYS - 1), Ordering::SeqCst);
    }

    /// The cache may not be used until it is trusted again. Whoever calls this may miss changes from now on, and so has
    /// everything forgotten ([`CredentialNotice::All`]) before it trusts the cache again.
    pub fn distrust(&self) {
        self.trusted_until.store(NEVER, Ordering::SeqCst);
    }

    /// Whether the cache may be used at `moment`.
    #[must_use]
    pub fn is_trusted(&self, moment: Instant) -> bool {
        match self.trusted_until.load(Ordering::SeqCst) {
            ALWAYS => true,
            until => nanoseconds(moment.saturating_duration_since(self.made_at)) < until,
        }
    }

    /// The credential with this hash, where it was read less than a minute ago. It takes a trusted cache.
    pub(super) fn get(&self, hash: &SecretHash, moment: Instant) -> Option<Arc<Credential>> {
        let shard = self.shard(hash);
        let found = shard.read().unwrap_or_else(PoisonError::into_inner).get(hash)?;
        if found.is_old {
            let dropped = shard.write().unwrap_or_else(PoisonError::into_inner).renew(hash);
            // Only here, with the lock given back: it may be many.
            drop(dropped);
        }
        (moment.saturating_duration_since(found.read_at) < MAX_AGE).then_some(found.credential)
    }

    /// The present epoch, to be asked for before storage is read.
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Keeps what was read in `epoch`, unless another one has begun.
    pub(super) fn keep(&self, epoch: Epoch, hash: SecretHash, credential: Arc<Credential>, read_at: Instant) {
        let mut shard = self.shard(&hash).write().unwrap_or_else(PoisonError::into_inner);
        if self.epoch() == epoch {
            let dropped = shard.insert(hash, Entry::new(credential, read_at));
            drop(shard);
            drop(dropped);
        }
    }

    fn shard(&self, hash: &SecretHash) -> &RwLock<Shard> {
        // A hash is as good as random in each of its bytes.
        &self.shards[usize::from(hash.as_bytes()[0]) % SHARDS]
    }
}

impl Default for CredentialCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CredentialCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CredentialCache").finish_non_exhaustive()
    }
}

/// 584 years of them fit.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(ALWAYS)
}
