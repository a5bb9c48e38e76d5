//! Rows, and how they become what the domain knows.
//!
//! A row was written from values of the domain, and is parsed again when it is read: a row that someone else changed
//! for the worse is an internal error that names it, never a value that breaks its own rules.

mod aliases;
mod api_keys;
mod audit_keys;
mod audit_log;
mod idempotency;
mod leases;
mod master_keys;
mod members;
mod metadata;
mod organizations;
mod projects;
mod providers;
mod users;

use std::fmt;

use tenancy_domain::{
    Error,
    pagination::{Page, PageRequest},
};

pub(crate) use aliases::AliasRow;
pub(crate) use api_keys::{ApiKeyRow, ApiKeySecretRow, EditableApiKeyRow};
pub(crate) use audit_keys::AuditKeyRow;
pub(crate) use audit_log::{AuditChainRow, AuditEntryRow};
pub(crate) use idempotency::{AnswerRow, IdempotencyRow};
pub(crate) use leases::LeaseRow;
pub(crate) use master_keys::MasterKeyRow;
pub(crate) use members::{MemberRow, OrganizationOfUserRow, role};
pub(crate) use organizations::OrganizationRow;
pub(crate) use projects::ProjectRow;
pub(crate) use providers::{EditableProviderRow, ProviderRow, ProviderSecretRow};
pub(crate) use users::UserRow;

/// The error of a row whose `column` breaks a rule.
fn broken(table: &str, id: impl fmt::Display, column: &str, reason: impl fmt::Display) -> Error {
    Error::internal(anyhow::anyhow!("the row {id} of {table} is broken: {column} {reason}"))
}

/// The page that a query in the direction of travel found; with each row comes whether there is one at or behind the
/// position that the page begins beside.
pub(crate) fn to_page<R, T>(
    request: &PageRequest,
    found: Vec<(R, bool)>,
    read: impl Fn(R) -> Result<T, Error>,
) -> Result<Page<T>, Error> {
    let behind = found.first().is_some_and(|(_, behind)| *behind);
    let items = found.into_iter().map(|(row, _)| read(row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_travel(request, items, behind))
}
