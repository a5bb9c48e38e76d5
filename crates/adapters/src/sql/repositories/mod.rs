//! The queries, one text for both databases.
//!
//! These files are included by `postgres` and by `sqlite`, and compiled once in each. What differs is in the includer's
//! `dialect`: `Db` (the backend), `Conn` (a connection as it is handed about), `RunQueryDsl` (how a query is run) and
//! `database_error` (what a failure of the database means).

pub(super) mod api_keys;
pub(super) mod audit_log;
pub(super) mod consistency;
pub(super) mod master_keys;
pub(super) mod organizations;
mod page;

use super::dialect::Conn;

/// A transaction that is under way, as units of work see it.
pub(super) struct SqlTransaction<'c> {
    pub(super) conn: Conn<'c>,
}
