//! A clock, ids, randomness and what makes audit chains, as a test has them in its hand.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};
use tenancy_domain::{
    Error, Timestamp,
    audit_log::ChainMac,
    ports::{Clock, IdSource, SecretSource},
};
use uuid::{Builder, Uuid};

/// A clock that stands still until it is set. Its clones are the same clock.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.unix_milliseconds())))
    }

    /// Puts the clock to `now`, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.unix_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        // Only what a `Timestamp` gave is ever stored.
        Timestamp::from_unix_milliseconds(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MIN)
    }
}

/// `UUIDv7`s that count up instead of being random.
#[derive(Debug, Default)]
pub struct SequentialIds(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    milliseconds: u64,
    count: u64,
}

impl SequentialIds {
    /// A source that has given out nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Last { milliseconds: 0, count: 0 }))
    }
}

impl IdSource for SequentialIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A UUIDv7 has no room for a time before 1970.
        let milliseconds = u64::try_from(now.unix_milliseconds()).unwrap_or_default();
        last.milliseconds = last.milliseconds.max(milliseconds);
        last.count += 1;
        // The count goes to the last 8 of the 10 bytes; its upper bits, under the variant, stay zero.
        let mut counter = [0; 10];
        counter[2..].copy_from_slice(&last.count.to_be_bytes());
        Builder::from_unix_timestamp_millis(last.milliseconds, &counter).into_uuid()
    }
}

/// Bytes that look random and are the same in every run. Guessable: for tests alone.
#[derive(Debug, Default)]
pub struct PredictableSecrets(AtomicU64);

impl PredictableSecrets {
    /// A source at its beginning.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }
}

impl SecretSource for PredictableSecrets {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: one step of a counter, and a mix of its bits.
            let mut word = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Makes audit chains under a key that everyone knows: for tests alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct PredictableMac;

impl ChainMac for PredictableMac {
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(b"a key for tests").chain_update(message).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    #[test]
    fn a_clock_stands_until_it_is_set() {
        let clock = FixedClock::new(at(5));
        let same = clock.clone();
        assert_eq!((clock.now(), clock.now()), (at(5), at(5)));
        same.set(at(3));
        assert_eq!(clock.now(), at(3));
    }

    #[test]
    fn ids_rise_also_when_the_clock_steps_back() {
        let ids = SequentialIds::new();
        let times = [2_000; 1_000].into_iter().chain([1_000, -5, 2_001]);
        let made: Vec<Uuid> = times.map(|time| ids.next(at(time))).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn secrets_are_the_same_in_every_run_and_differ_within_one() {
        let draw = |source: &PredictableSecrets| {
            let mut bytes = [0; 20];
            source.fill(&mut bytes).unwrap();
            bytes
        };
        let (one, other) = (PredictableSecrets::new(), PredictableSecrets::new());
        let first = draw(&one);
        assert_eq!(first, draw(&other));
        assert_ne!(first, draw(&one));
    }
}
