//! When a request that failed is sent again.

use std::time::Duration;

use crate::{
    error::{Error, TransportErrorKind},
    http::Repeat,
};

/// How often, how fast and for how long a request that failed is sent again.
///
/// Sent again is what is safe to send again:
///
/// - **Reads** (`GET`), **verifications**, **dry runs** and every other **`POST`**, which carries an `Idempotency-Key`
///   that the client makes by itself: after a connection that could not be made or broke, after a time-out, and after
///   408, 429, 502, 503 and 504.
/// - **Changes** (`PATCH`, `DELETE`): only where they were certainly not carried out, after a connection that could not
///   be made, and after 408 and 429.
/// - The checks of health: never. What they tell is how it is now.
///
/// The pauses double from one to the next, and half of each is chance, so that many clients do not come again together.
/// Where the service says when to come again (`Retry-After`), it is not before that; where that is beyond the total
/// time, the error is given at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    retries: u32,
    first_pause: Duration,
    longest_pause: Duration,
    total_time: Duration,
}

impl Default for RetryPolicy {
    /// Three retries, after 0.1 to 5 seconds, within 30 seconds.
    fn default() -> Self {
        Self {
            retries: 3,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            total_time: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Nothing is sent again.
    #[must_use]
    pub fn none() -> Self {
        Self::default().retries(0)
    }

    /// The same with this many retries at most.
    #[must_use]
    pub const fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// The same with this pause before the first retry.
    #[must_use]
    pub const fn first_pause(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }

    /// The same with no pause longer than this, but where the service asks for one.
    #[must_use]
    pub const fn longest_pause(self, longest_pause: Duration) -> Self {
        Self { longest_pause, ..self }
    }

    /// The same with this bound on a call with all its retries. The first attempt has the client's time-out alone.
    #[must_use]
    pub const fn total_time(self, total_time: Duration) -> Self {
        Self { total_time, ..self }
    }

    /// How long to wait before the next attempt, when `retries` have been made, and `elapsed` has passed since the call
    /// began. `chance` is of 0 to 1. `None` when there is to be none.
    pub(crate) fn wait(
        &self,
        repeat: Repeat,
        error: &Error,
        retries: u32,
        elapsed: Duration,
        chance: f64,
    ) -> Option<Duration> {
        if retries >= self.retries || !may_repeat(repeat, error) {
            return None;
        }
        let doubled = self.first_pause.saturating_mul(1 << retries.min(31)).min(self.longest_pause);
        let pause = doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        let wait = match error.retry_after() {
            // Some chance beyond what all that were turned away are told.
            Some(asked) => asked.saturating_add(pause),
            None => pause,
        };
        (elapsed.saturating_add(wait) < self.total_time).then_some(wait)
    }

    /// What is left of the total time.
    pub(crate) const fn rest(&self, elapsed: Duration) -> Duration {
        self.total_time.saturating_sub(elapsed)
    }
}

fn may_repeat(repeat: Repeat, error: &Error) -> bool {
    match repeat {
        Repeat::Never => false,
        Repeat::IfUndone => was_not_carried_out(error),
        Repeat::Safely => {
            was_not_carried_out(error)
                || matches!(error.status(), Some(502..=504))
                || matches!(error.transport(), Some(TransportErrorKind::Timeout | TransportErrorKind::Broken))
        }
    }
}

/// Whether the request was turned away before anything was done. 503 does not tell: the time may have run out on its
/// way.
fn was_not_carried_out(error: &Error) -> bool {
    error.transport() == Some(TransportErrorKind::Connect) || matches!(error.status(), Some(408 | 429))
}
