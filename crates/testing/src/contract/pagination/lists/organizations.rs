//! The lists of organizations.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, OrganizationId, Search,
    audit_log::AuditAction,
    organizations::{Organization, OrganizationFilter},
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{List, View, beside};
use crate::contract::{Storage, steps};

/// The organizations, without the deleted ones or with them.
pub(in crate::contract::pagination) struct Organizations<const WITH_DELETED: bool>(Arc<dyn Storage>);

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
        View::of(
            &self
                .0
                .list_organizations(steps::everything(), &OrganizationFilter::default(), request, deleted)
                .await
                .unwrap(),
        )
    }
}

/// The organizations that are found by a word, among others beside them that are not. Each is found by two terms.
pub(in crate::contract::pagination) struct OrganizationsFound(Arc<dyn Storage>);

impl List for OrganizationsFound {
    const SHOWS_DELETED: bool = false;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        Self(storage)
    }

    async fn insert(&self, rows: &[Cursor]) {
        let others = |row: &Cursor| {
            beside(*row).map(|time| {
                let other = steps::organization(&format!("no-{:032x}-{}", row.id(), time.unix_milliseconds()));
                Organization { created_at: time, updated_at: time, ..other }
            })
        };
        let found = |row: &Cursor| Organization { name: steps::name("Attic"), ..organization(*row) };
        let all = rows.iter().flat_map(|row| others(row).into_iter().chain([found(row)]));
        insert_all(&*self.0, all.collect()).await;
    }

    async fn delete(&self, row: Cursor) {
        steps::delete(&*self.0, OrganizationId::new(row.id())).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let filter = OrganizationFilter { search: Search::parse("At").ok(), ..OrganizationFilter::default() };
        let page = self.0.list_organizations(steps::everything(), &filter, request, Deleted::Hidden).await;
        View::of(&page.unwrap())
    }
}

/// Adds organizations that stand at `rows`, in one unit of work.
pub(in crate::contract::pagination) async fn insert_organizations(storage: &dyn Storage, rows: &[Cursor]) {
    insert_all(storage, rows.iter().map(|row| organization(*row)).collect()).await;
}

/// Adds organizations, in one unit of work.
pub(super) async fn insert_all(storage: &dyn Storage, organizations: Vec<Organization>) {
    let Some(first) = organizations.first() else { return };
    let record = steps::record(AuditAction::OrganizationCreate, first);
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            for organization in &organizations {
                transaction.insert_organization(organization).await?;
            }
            Ok(Outcome::Changed((), record.into()))
        })
    });
    unit.await.unwrap();
}

/// The organization that stands at `row`.
pub(super) fn organization(row: Cursor) -> Organization {
    Organization {
        id: OrganizationId::new(row.id()),
        created_at: row.time(),
        updated_at: row.time(),
        ..steps::organization(&format!("at-{:032x}", row.id()))
    }
}
