//! The queries, one text for both databases.
//!
//! These files are included by `postgres` and by `sqlite`, and compiled once in each. What differs is in the includer's
//! `dialect`: `Db` (the backend), `Conn` (a connection as it is handed about), `RunQueryDsl` (how a query is run),
//! `execute_both` (how two writes are run that do not need each other), `database_error` (what a failure of the database
//! means), `is_lock_timeout`, `Storage` (what implements the ports; how it answers look-ups of organizations that are asked
//! for at once is its own), `read!`, `read_long!` and `note!` (how it comes to a connection), and `json_rows!`, `json_id!` and
//! `json_text!` (how rows are read from the JSON of the first parameter).

mod aliases;
mod api_keys;
pub(super) mod audit_chains;
pub(super) mod audit_keys;
pub(super) mod audit_log;
pub(super) mod audit_retention;
pub(super) mod backfill;
mod beneath;
pub(super) mod consistency;
mod idempotency;
mod leases;
mod master_keys;
mod members;
pub(super) mod organizations;
mod owners;
mod page;
mod ports;
mod projects;
mod providers;
pub(super) mod terms;
mod users;

use super::dialect::Conn;

/// A transaction that is under way, as units of work see it.
pub(super) struct SqlTransaction<'c> {
    pub(super) conn: Conn<'c>,
}

/// What is asked for, which says how it is best told what lies within the scope of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// One row by its name: whether the user is a member of its organization.
    Row,
    /// A list: all that there is of the organizations that the user is a member of.
    List,
}
