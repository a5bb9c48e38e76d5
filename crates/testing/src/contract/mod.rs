//! The contract suite of the ports: what every storage must do, one test a rule.
//!
//! A storage proves itself with one line in a file of its tests, where `fresh` makes a storage with nothing in it:
//!
//! ```ignore
//! async fn fresh() -> (MyStorage, ()) {
//!     (MyStorage::new(), ())
//! }
//!
//! tenancy_testing::contract_suite!(fresh);
//! ```
//!
//! The rules say what the documentation of the ports in `tenancy_domain` says, sentence by sentence, and the use cases
//! of the core are run over the storage as well. See [`contract_suite!`](crate::contract_suite) for what may be set.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a rule that is broken fails by panicking"
)]

mod run;
mod steps;
mod storage;
mod suite;
mod use_cases;

pub mod access;
pub mod api_key_permissions;
pub mod api_key_rotation;
pub mod api_key_secrets;
pub mod api_key_service;
pub mod api_key_verification;
pub mod api_keys;
pub mod audit_log;
pub mod audit_log_lists;
pub mod audit_log_service;
pub mod audit_retention;
pub mod audit_verification;
pub mod authenticator;
pub mod callers;
pub mod chain_keys;
pub mod concurrency;
pub mod credential_cache;
pub mod credential_cache_agreement;
pub mod escalation;
pub mod health;
pub mod idempotency;
pub mod idempotent_requests;
pub mod leases;
pub mod limits;
pub mod master_key_registry;
pub mod master_keys;
pub mod member_concurrency;
pub mod member_service;
pub mod members;
pub mod organization_aliases;
pub mod organization_concurrency;
pub mod organization_creation;
pub mod organization_purging;
pub mod organization_renaming;
pub mod organization_restoration;
pub mod organization_service;
pub mod organization_suspension;
pub mod organizations;
pub mod owners;
pub mod pagination;
pub mod preconditions;
pub mod project_service;
pub mod projects;
pub mod provider_concurrency;
pub mod provider_reveal;
pub mod provider_round_trips;
pub mod provider_service;
pub mod providers;
pub mod purging;
pub mod reach;
pub mod rehearsals;
pub mod restoration;
pub mod rewrapper;
pub mod round_trips;
pub mod search;
pub mod stored_secrets;
pub mod suspension;
pub mod units_of_work;
pub mod user_removal;
pub mod user_round_trips;
pub mod user_service;
pub mod users;

pub use run::{run, run_unkeyed};
pub use storage::Storage;
