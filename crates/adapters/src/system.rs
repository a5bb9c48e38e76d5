//! The clock, the ids and the randomness of the machine that the program runs on.

use std::sync::Mutex;

use tenancy_domain::{
    Error, Timestamp,
    ports::{Clock, IdSource, SecretSource},
};
use uuid::{ContextV7, Uuid};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        time::OffsetDateTime::now_utc().into()
    }
}

/// `UUIDv7`s with a counter (RFC 9562, section 6.2, method 1): each is greater than the one before, also within one
/// millisecond and when the clock steps back.
#[derive(Debug, Default)]
pub struct MonotonicIds(Mutex<ContextV7>);

impl MonotonicIds {
    /// A source that has given out nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }
}

impl IdSource for MonotonicIds {
    fn next(&self, now: Timestamp) -> Uuid {
        // A UUIDv7 has no room for a time before 1970.
        let milliseconds = u64::try_from(now.unix_milliseconds()).unwrap_or_default();
        let nanoseconds = u32::try_from(milliseconds % 1_000).unwrap_or_default() * 1_000_000;
        Uuid::new_v7(uuid::Timestamp::from_unix(&self.0, milliseconds / 1_000, nanoseconds))
    }
}

/// The operating system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl SecretSource for OsRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(Error::unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    #[test]
    fn ids_rise_within_a_millisecond_and_when_the_clock_steps_back() {
        let ids = MonotonicIds::new();
        let times = std::iter::repeat_n(2_000, 5_000).chain([1_000, 1_999, 0, 2_000, 2_001]);
        let made: Vec<Uuid> = times.map(|time| ids.next(at(time))).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn an_id_carries_its_time() {
        let id = MonotonicIds::new().next(at(1_733_580_800_123));
        assert_eq!(id.as_u128() >> 80, 1_733_580_800_123);
    }

    #[test]
    fn a_time_before_1970_does_no_harm() {
        assert_eq!(MonotonicIds::new().next(Timestamp::MIN).get_version_num(), 7);
    }
}
