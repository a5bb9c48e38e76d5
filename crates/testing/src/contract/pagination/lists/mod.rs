//! The lists that the law is tried on.

mod api_keys;
mod audit_log;
mod members;
mod organizations;
mod owned;
mod projects;
mod providers;
mod users;

use std::sync::Arc;

use tenancy_domain::{
    Timestamp,
    pagination::{Cursor, PageRequest},
};

pub(super) use self::{
    api_keys::ApiKeys,
    audit_log::{AuditLog, Between, Everything, OfActor, WithinOrganization, WithinProject, WithinReach},
    members::{Members, OrganizationsOfUser},
    organizations::{Organizations, OrganizationsFound, insert_organizations},
    owned::{All, OfOrganization, OfProject, OfUser, ReachedByUser},
    projects::Projects,
    providers::Providers,
    users::Users,
};
use super::{super::Storage, model::View};

/// A list of rows of which nothing matters but where they stand.
pub(super) trait List {
    /// Whether a deleted row stays in the list.
    const SHOWS_DELETED: bool;

    /// The list of what is in `storage`, with nothing in it yet.
    async fn of(storage: Arc<dyn Storage>) -> Self;

    /// Adds rows in one unit of work.
    async fn insert(&self, rows: &[Cursor]);

    /// Deletes a row in the way of its resource.
    async fn delete(&self, row: Cursor);

    /// The page as storage gives it.
    async fn page(&self, request: &PageRequest) -> View;
}

/// The times beside a row on its older and its newer side. What stands there and is not to be seen may not be taken for a
/// neighbour, at either end of the list least of all.
fn beside(row: Cursor) -> [Timestamp; 2] {
    [-1, 1]
        .map(|milliseconds| Timestamp::from_unix_milliseconds(row.time().unix_milliseconds() + milliseconds).unwrap())
}
