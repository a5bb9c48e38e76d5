//! The HTTP suite: what the service answers, one test a rule, wherever its rows are kept.
//!
//! The rules know nothing of a service but its address and some keys, so they hold for one in the test's own process
//! and for the real program alike. A service proves itself with one line in a file of its tests, where `start` starts
//! one that has no organizations:
//!
//! ```ignore
//! fn start() -> (Service, Running) {
//!     // … a storage with the keys of `Keys::make` in it, and a service on a port of its own.
//! }
//!
//! tenancy_testing::http_suite!(start);
//! ```
//!
//! The client sends exactly the bytes that it is told to, good or bad, and is of use to tests beside the suite too. See
//! [`http_suite!`](crate::http_suite) for what may be set.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a rule that is broken fails by panicking"
)]

mod answer;
mod connection;
mod document;
mod issued;
mod keys;
mod remains;
mod request;
mod service;
mod suite;

pub mod aliases;
pub mod api_key_grants;
pub mod api_key_lists;
pub mod api_key_reach;
pub mod api_key_rotation;
pub mod api_key_verification;
pub mod api_keys;
pub mod audit_export;
pub mod audit_log;
pub mod audit_log_reach;
pub mod authentication;
pub mod authorization;
pub mod bodies;
pub mod concurrency;
pub mod docs;
pub mod dry_runs;
pub mod envelope;
pub mod fixtures;
pub mod idempotency;
pub mod isolation;
pub mod leaks;
pub mod lists;
pub mod me;
pub mod members;
pub mod metadata;
pub mod operations;
pub mod organizations;
pub mod paths;
pub mod preconditions;
pub mod projects;
pub mod provider_keys;
pub mod provider_reach;
pub mod providers;
pub mod purging;
pub mod reach;
pub mod restoration;
pub mod roles;
pub mod secrets;
pub mod suspension;
pub mod users;
pub mod walks;

pub use answer::Answer;
pub use connection::Connection;
pub use issued::Issued;
pub use keys::Keys;
pub use remains::Remains;
pub use request::Request;
pub use service::Service;
pub use suite::run;

/// The path of the list of organizations, and of the making of one.
const ORGANIZATIONS: &str = "/admin/v1/organizations";
