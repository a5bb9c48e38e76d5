//! The list of users.

use std::sync::Arc;

use tenancy_domain::{
    UserId,
    audit_log::AuditAction,
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
    users::{User, UserFilter},
};

use super::{List, View};
use crate::contract::{Storage, steps};

/// All users. A deleted one is gone for good.
pub(in crate::contract::pagination) struct Users(Arc<dyn Storage>);

impl List for Users {
    const SHOWS_DELETED: bool = false;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        Self(storage)
    }

    async fn insert(&self, rows: &[Cursor]) {
        insert_users(&*self.0, rows.iter().map(|row| user(*row)).collect()).await;
    }

    async fn delete(&self, row: Cursor) {
        steps::delete_user(&*self.0, UserId::new(row.id())).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        View::of(&self.0.list_users(steps::everything(), &UserFilter::default(), request).await.unwrap())
    }
}

/// Adds users, in one unit of work.
pub(super) async fn insert_users(storage: &dyn Storage, users: Vec<User>) {
    let Some(first) = users.first() else { return };
    let record = steps::record(AuditAction::UserCreate, first);
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            for user in &users {
                transaction.insert_user(user).await?;
            }
            Ok(Outcome::Changed((), record.into()))
        })
    });
    unit.await.unwrap();
}

/// The user that stands at `row`.
pub(super) fn user(row: Cursor) -> User {
    User {
        id: UserId::new(row.id()),
        created_at: row.time(),
        updated_at: row.time(),
        ..steps::user(&format!("at-{:032x}", row.id()))
    }
}
