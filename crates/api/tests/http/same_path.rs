//! What lies beyond a caller's reach goes the way of what is not there.

use tenancy_testing::http::isolation;

use crate::support::Running;

/// Were storage asked anything more of the one than of the other, the time that the answer takes would tell them apart.
#[test]
fn storage_is_asked_the_same_of_what_is_beyond_reach_and_of_what_is_absent() {
    let running = Running::start();
    isolation::what_is_beyond_reach_takes_the_path_of_what_is_absent(&running.service, || running.take_calls());
}
