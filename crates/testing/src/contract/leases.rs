//! The rules of `LeaseRepository`.

use std::sync::Arc;

use tenancy_domain::{Timestamp, leases::Lease};
use uuid::Uuid;

use super::{
    Storage,
    steps::{at, fresh_id},
};

const LEASE: Lease = Lease::Rewrapping;

async fn take(storage: &dyn Storage, holder: Uuid, now: Timestamp, until: Timestamp) -> bool {
    storage.take_lease(LEASE, holder, now, until).await.unwrap()
}

/// Who has a lease keeps it until its end, to the millisecond; then another may have it.
pub async fn are_held_by_one_until_they_end(storage: Arc<dyn Storage>) {
    let [one, other] = [fresh_id(), fresh_id()];
    assert!(take(&*storage, one, at(0), at(100)).await);
    for now in [0, 1, 99] {
        assert!(!take(&*storage, other, at(now), at(500)).await, "{now}");
    }
    assert!(take(&*storage, other, at(100), at(200)).await);
    assert!(!take(&*storage, one, at(150), at(500)).await);
    assert!(take(&*storage, one, at(1_000), Timestamp::MAX).await);
    assert!(!take(&*storage, other, at(2_000), at(3_000)).await);
}

/// Who has a lease may take it for longer, or for less.
pub async fn are_renewed_by_who_holds_them(storage: Arc<dyn Storage>) {
    let [one, other] = [fresh_id(), fresh_id()];
    for (now, until) in [(0, 100), (50, 200), (300, 400)] {
        assert!(take(&*storage, one, at(now), at(until)).await);
        assert!(!take(&*storage, other, at(until - 1), at(900)).await);
    }
    assert!(take(&*storage, one, at(310), at(320)).await);
    assert!(take(&*storage, other, at(320), at(900)).await);
}

/// Who has a lease may end it; nobody else may.
pub async fn are_ended_by_who_holds_them(storage: Arc<dyn Storage>) {
    let [one, other] = [fresh_id(), fresh_id()];
    storage.end_lease(LEASE, one).await.unwrap();
    assert!(take(&*storage, one, at(0), at(100)).await);
    storage.end_lease(LEASE, other).await.unwrap();
    assert!(!take(&*storage, other, at(1), at(100)).await);
    storage.end_lease(LEASE, one).await.unwrap();
    assert!(take(&*storage, other, at(1), at(100)).await);
    assert!(!take(&*storage, one, at(2), at(100)).await);
}
