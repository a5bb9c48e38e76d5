//! API keys as time goes by: what takes a clock of one's own.

mod life;
mod rotation;
mod verification;

use tenancy_domain::Timestamp;
use tenancy_testing::doubles::FixedClock;

use crate::support::{Options, Running};

/// A service at 2024-01-01, and its clock.
fn at_2024() -> (Running, FixedClock) {
    let clock = FixedClock::new(time("2024-01-01T00:00:00Z"));
    let running = Running::start_with(&Options { clock: Some(clock.clone()), ..Options::default() });
    (running, clock)
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}
