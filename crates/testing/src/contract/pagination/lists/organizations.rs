//! The lists of organizations.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, OrganizationId,
    audit_log::AuditAction,
    organizations::Organization,
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{List, View};
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
        View::of(&self.0.list_organizations(steps::everything(), request, deleted).await.unwrap())
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
