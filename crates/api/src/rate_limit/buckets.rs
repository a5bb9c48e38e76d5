//! Token buckets, one for each of what they are counted by.

use std::{
    hash::Hash,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

/// How many tokens are asked for between two sweeps, at least.
const SWEEP_INTERVAL: usize = 1024;

/// Token buckets of one size. Each is full at first, and made when the first token is taken from it.
///
/// A bucket that is full again is the same as none, and a sweep drops all of those. One comes once as many tokens were
/// asked for as the sweep before it left buckets, and [`SWEEP_INTERVAL`] at least: there are never more buckets than
/// twice those in use, and that many on top; and the sweeps' work is shared out over what caused it.
///
/// Time is the machine's monotonic clock: that of the domain may step back.
pub(super) struct Buckets<K: Hash + Eq + Clone, C: Clock = MonotonicClock> {
    limiter: RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<C::Instant>>,
    until_sweep: AtomicUsize,
}

impl<K: Hash + Eq + Clone, C: Clock> Buckets<K, C> {
    /// Buckets that hold and regain what `quota` says, by `clock`.
    pub(super) fn new(quota: Quota, clock: C) -> Self {
        let limiter = RateLimiter::hashmap_with_clock(quota, clock);
        Self { limiter, until_sweep: AtomicUsize::new(SWEEP_INTERVAL) }
    }

    /// Takes a token from the bucket of `key`.
    ///
    /// # Errors
    /// When the bucket is empty: how long it is until a token is there again, if nobody else takes it.
    pub(super) fn take(&self, key: &K) -> Result<(), Duration> {
        // While one sweeps the others count on below zero, which wraps: only one of them meets the 1.
        if self.until_sweep.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.sweep();
        }
        self.limiter.check_key(key).map_err(|refusal| refusal.wait_time_from(self.limiter.clock().now()))
    }

    fn sweep(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        self.until_sweep.store(self.limiter.len().max(SWEEP_INTERVAL), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use governor::clock::FakeRelativeClock;

    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    fn number(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn buckets(quota: Quota) -> (Buckets<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::new(quota, clock.clone()), clock)
    }

    #[test]
    fn a_bucket_starts_full_and_regains_one_token_at_a_time() {
        let (buckets, clock) = buckets(Quota::per_minute(number(3)));
        let take = || buckets.take(&0);
        assert_eq!([take(), take(), take()], [Ok(()); 3]);
        assert_eq!(take(), Err(Duration::from_secs(20)));
        clock.advance(MILLISECOND * 19_999);
        assert_eq!(take(), Err(MILLISECOND));
        clock.advance(MILLISECOND);
        assert_eq!(take(), Ok(()));
        assert_eq!(take(), Err(Duration::from_secs(20)));
        clock.advance(Duration::from_mins(10));
        assert_eq!([take(), take(), take()], [Ok(()); 3], "it holds no more than it held at first");
        assert!(take().is_err());
    }

    #[test]
    fn ten_that_ask_without_end_get_what_they_may_have_and_do_not_slow_another() {
        const RATE: u32 = 100;
        const SECONDS: u32 = 60;
        let (buckets, clock) = buckets(Quota::per_second(number(RATE)));
        let mut taken = [0_u32; 10];
        for tick in 0..SECONDS * 1000 {
            for (key, taken) in (0..).zip(&mut taken) {
                *taken += u32::from(buckets.take(&key).is_ok());
            }
            if tick % 20 == 0 {
                assert_eq!(buckets.take(&10), Ok(()), "one that asks half as often as it may");
            }
            clock.advance(MILLISECOND);
        }
        let expected = RATE * SECONDS;
        for taken in taken {
            assert!(taken.abs_diff(expected) * 20 <= expected, "{taken} in the place of {expected}");
        }
    }

    #[test]
    fn any_limit_can_be_set() {
        for limit in [1, 999_999_999, u32::MAX] {
            for quota in [Quota::per_second(number(limit)), Quota::per_minute(number(limit))] {
                let (buckets, _clock) = buckets(quota);
                assert_eq!(buckets.take(&0), Ok(()), "{limit}");
            }
        }
    }

    #[test]
    fn buckets_that_are_full_again_are_dropped() {
        let (buckets, clock) = buckets(Quota::per_minute(number(600)));
        for key in 0..100_000 {
            buckets.take(&key).unwrap();
            clock.advance(MILLISECOND);
            // A token is regained in 100 ms, so that some 100 are in use, and as many to be on the safe side.
            assert!(buckets.limiter.len() <= SWEEP_INTERVAL + 200, "{}", buckets.limiter.len());
        }
    }

    #[test]
    fn sweeps_grow_rarer_with_what_they_find_in_use_and_lose_none_of_it() {
        let (buckets, clock) = buckets(Quota::per_minute(number(1)));
        let keys = u32::try_from(SWEEP_INTERVAL * 10).unwrap();
        for key in 0..keys {
            buckets.take(&key).unwrap();
        }
        assert!((0..keys).all(|key| buckets.take(&key).is_err()));
        assert!(buckets.until_sweep.load(Ordering::Relaxed) > SWEEP_INTERVAL);
        clock.advance(Duration::from_mins(2));
        for _ in 0..2 * keys {
            let _ = buckets.take(&0);
        }
        assert_eq!(buckets.limiter.len(), 1);
    }

    #[test]
    fn threads_share_a_bucket_and_one_of_them_sweeps() {
        const THREADS: u32 = 8;
        let (buckets, _clock) = buckets(Quota::per_minute(number(10_000)));
        let taken: usize = std::thread::scope(|scope| {
            let take = || (0..5_000).filter(|_| buckets.take(&0).is_ok()).count();
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(take)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 10_000);
        assert!(buckets.until_sweep.load(Ordering::Relaxed) <= SWEEP_INTERVAL, "a sweep was lost");
    }
}
