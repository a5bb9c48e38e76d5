//! Leases: what one instance does at a time.

mod repository;

pub use repository::{Lease, LeaseRepository};
