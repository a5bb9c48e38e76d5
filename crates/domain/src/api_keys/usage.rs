//! When keys were last used, gathered in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{ids::ApiKeyId, timestamp::Timestamp};

/// How long a key that was written is not written again, in milliseconds: a key in use costs one write a minute, not
/// one a request.
const INTERVAL: i64 = 60_000;

/// How many parts the gathering has, each with a lock of its own: every request takes one of them.
const SHARDS: usize = 16;

/// Gathers when keys were last used, to be written from time to time.
#[derive(Debug, Default)]
pub struct KeyUsage([Mutex<Uses>; SHARDS]);

type Uses = HashMap<ApiKeyId, Use>;

#[derive(Debug, Clone, Copy)]
struct Use {
    /// When the key was last used, if that is not written yet.
    seen: Option<Timestamp>,
    /// When a use of it was last taken to be written.
    taken: Option<Timestamp>,
}

impl KeyUsage {
    /// A gathering without any use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a key is used at `now`.
    pub fn saw(&self, id: ApiKeyId, now: Timestamp) {
        // The end of an id is random.
        let shard = usize::from(id.uuid().as_bytes()[15]) % SHARDS;
        let mut uses = lock(&self.0[shard]);
        let usage = uses.entry(id).or_insert(Use { seen: None, taken: None });
        usage.seen = usage.seen.max(Some(now));
    }

    /// Takes the uses that are to be written at `now`: those of keys that were not written within the last minute.
    pub fn take_due(&self, now: Timestamp) -> Vec<(ApiKeyId, Timestamp)> {
        self.take(|usage| usage.taken.is_none_or(|taken| is_over(taken, now)), now)
    }

    /// Takes all uses that are not written yet: for the end of the process.
    pub fn take_all(&self, now: Timestamp) -> Vec<(ApiKeyId, Timestamp)> {
        self.take(|_| true, now)
    }

    fn take(&self, is_due: impl Fn(&Use) -> bool, now: Timestamp) -> Vec<(ApiKeyId, Timestamp)> {
        let mut taken = Vec::new();
        for shard in &self.0 {
            lock(shard).retain(|id, usage| {
                if is_due(usage)
                    && let Some(seen) = usage.seen.take()
                {
                    taken.push((*id, seen));
                    usage.taken = Some(now);
                }
                // A key that has been quiet for a while is forgotten.
                usage.seen.is_some() || usage.taken.is_some_and(|taken| !is_over(taken, now))
            });
        }
        taken
    }
}

fn lock(shard: &Mutex<Uses>) -> MutexGuard<'_, Uses> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_over(taken: Timestamp, now: Timestamp) -> bool {
    // A clock that has stepped back must not keep a key from being written.
    (now.unix_milliseconds() - taken.unix_milliseconds()).abs() >= INTERVAL
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    fn key(number: u128) -> ApiKeyId {
        ApiKeyId::new(Uuid::from_u128(number))
    }

    #[test]
    fn a_key_is_written_once_a_minute_with_its_last_use() {
        let usage = KeyUsage::new();
        usage.saw(key(1), at(1_000));
        usage.saw(key(1), at(2_000));
        assert_eq!(usage.take_due(at(3_000)), [(key(1), at(2_000))]);
        usage.saw(key(1), at(4_000));
        assert_eq!(usage.take_due(at(62_999)), []);
        usage.saw(key(2), at(62_000));
        assert_eq!(usage.take_due(at(62_999)), [(key(2), at(62_000))]);
        assert_eq!(usage.take_due(at(63_000)), [(key(1), at(4_000))]);
        assert_eq!(usage.take_due(at(900_000)), []);
        assert!(usage.0.iter().all(|shard| lock(shard).is_empty()), "quiet keys are forgotten");
    }

    #[test]
    fn at_the_end_all_are_taken() {
        let usage = KeyUsage::new();
        usage.saw(key(1), at(1_000));
        assert_eq!(usage.take_due(at(1_000)).len(), 1);
        usage.saw(key(1), at(1_500));
        assert_eq!(usage.take_all(at(2_000)), [(key(1), at(1_500))]);
        assert_eq!(usage.take_all(at(2_000)), []);
    }

    #[test]
    fn a_clock_that_stepped_back_holds_nothing_up() {
        let usage = KeyUsage::new();
        usage.saw(key(1), at(900_000));
        usage.take_due(at(900_000));
        usage.saw(key(1), at(1_000));
        assert_eq!(usage.take_due(at(1_000)), [(key(1), at(1_000))]);
    }
}
