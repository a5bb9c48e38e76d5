//! The audit log over HTTP: a file a verb.

mod export;
mod filter;
mod get;
mod list;
mod path;
mod wire;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    get::{__path_get, get},
    list::{__path_list, list},
};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/audit-logs";
/// The path of one entry.
pub(crate) const ITEM: &str = "/admin/v1/audit-logs/{entry_id}";
/// The tag of the operations.
pub(crate) const TAG: &str = "Audit log";
