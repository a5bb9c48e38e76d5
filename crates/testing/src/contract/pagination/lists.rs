//! The lists that the law is tried on.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId, OrganizationId, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, Owner, SecretHash},
    audit_log::AuditAction,
    organizations::{Deleted, Organization},
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, model::View};
use crate::contract::steps;

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

/// The organizations, without the deleted ones or with them.
pub(super) struct Organizations<const WITH_DELETED: bool>(Arc<dyn Storage>);

impl<const WITH_DELETED: bool> List for Organizations<WITH_DELETED> {
    const SHOWS_DELETED: bool = WITH_DELETED;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        Self(storage)
    }

    async fn insert(&self, rows: &[Cursor]) {
        insert_organizations(&*self.0, rows).await;
    }

    async fn delete(&self, row: Cursor) {
        steps::delete(&*self.0, OrganizationId::new(row.id())).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let deleted = if WITH_DELETED { Deleted::Included } else { Deleted::Hidden };
        View::of(&self.0.list_organizations(steps::everything(), request, deleted).await.unwrap())
    }
}

/// Adds organizations that stand at `rows`, in one unit of work.
pub(super) async fn insert_organizations(storage: &dyn Storage, rows: &[Cursor]) {
    let organizations: Vec<Organization> = rows.iter().map(|row| organization(*row)).collect();
    let Some(first) = organizations.first() else { return };
    let record = steps::record(AuditAction::OrganizationCreate, first);
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            for organization in &organizations {
                transaction.insert_organization(organization).await?;
            }
            Ok(Outcome::Changed((), record))
        })
    });
    unit.await.unwrap();
}

fn organization(row: Cursor) -> Organization {
    Organization {
        id: OrganizationId::new(row.id()),
        created_at: row.time(),
        updated_at: row.time(),
        ..steps::organization(&format!("at-{:032x}", row.id()))
    }
}

/// The API keys: all of them, with those of a deleted organization among them, which are not to be seen; or those of
/// one organization, among keys of the installation. What deletion is to others is revocation to them, and a revoked
/// key stays in the list.
pub(super) struct ApiKeys<const OF_ONE_ORGANIZATION: bool> {
    storage: Arc<dyn Storage>,
    shown: Owner,
    hidden: Owner,
}

impl<const OF_ONE_ORGANIZATION: bool> List for ApiKeys<OF_ONE_ORGANIZATION> {
    const SHOWS_DELETED: bool = true;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let acme = steps::organization("acme");
        steps::insert(&*storage, &acme).await.unwrap();
        if OF_ONE_ORGANIZATION {
            Self { storage, shown: Owner::Organization(acme.id), hidden: Owner::System }
        } else {
            steps::delete(&*storage, acme.id).await.unwrap();
            Self { storage, shown: Owner::System, hidden: Owner::Organization(acme.id) }
        }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let keys: Vec<(ApiKey, SecretHash)> =
            rows.iter().flat_map(|row| [self.shown(*row), self.hidden(*row, -1), self.hidden(*row, 1)]).collect();
        let Some((first, _)) = keys.first() else { return };
        let record = steps::key_record(AuditAction::ApiKeyCreate, first);
        let unit = self.storage.execute(move |transaction| {
            Box::pin(async move {
                for (key, hash) in &keys {
                    transaction.insert_api_key(key, hash).await?;
                }
                Ok(Outcome::Changed((), record))
            })
        });
        unit.await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        let revoke = |key: &ApiKey| ApiKey { revoked_at: Some(key.created_at), ..key.clone() };
        steps::update_key(&*self.storage, ApiKeyId::new(row.id()), revoke).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let filter = if OF_ONE_ORGANIZATION { ApiKeyFilter::Owner(self.shown) } else { ApiKeyFilter::All };
        View::of(&self.storage.list_api_keys(steps::everything(), filter, request).await.unwrap())
    }
}

impl<const OF_ONE_ORGANIZATION: bool> ApiKeys<OF_ONE_ORGANIZATION> {
    /// The key that stands at `row`.
    fn shown(&self, row: Cursor) -> (ApiKey, SecretHash) {
        let (key, hash) = steps::api_key_of(self.shown, "shown");
        (ApiKey { id: ApiKeyId::new(row.id()), created_at: row.time(), updated_at: row.time(), ..key }, hash)
    }

    /// A key that stands beside it, on the older side or the newer: none of them may be taken for a neighbour, at either
    /// end of the list least of all.
    fn hidden(&self, row: Cursor, milliseconds: i64) -> (ApiKey, SecretHash) {
        let (key, hash) = steps::api_key_of(self.hidden, "hidden");
        let beside = row.time().unix_milliseconds() + milliseconds;
        let time = Timestamp::from_unix_milliseconds(beside).unwrap();
        (ApiKey { created_at: time, updated_at: time, ..key }, hash)
    }
}
