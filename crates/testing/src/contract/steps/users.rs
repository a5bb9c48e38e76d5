//! Steps with users.

use tenancy_domain::{
    Error, ExternalId, UserId,
    audit_log::AuditAction,
    unit_of_work::{Outcome, UnitOfWorkExt},
    users::{Email, NewUser, RemovedWithUser, User},
};

use super::{super::Storage, at, everything, fresh_id, name, record};

pub(in crate::contract) fn external_id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

pub(in crate::contract) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// A new user, with an address and a name.
pub(in crate::contract) fn user(text: &str) -> User {
    let new = NewUser {
        external_id: external_id(text),
        email: Some(email(&format!("{text}@example.com"))),
        name: Some(name(text)),
    };
    User::create(UserId::new(fresh_id()), new, at(0))
}

/// Adds a user in a unit of work of its own.
pub(in crate::contract) async fn insert_user(storage: &dyn Storage, user: &User) -> Result<(), Error> {
    let (user, record) = (user.clone(), record(AuditAction::UserCreate, user));
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_user(&user).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Locks a user and writes what `change` makes of it, in a unit of work of its own.
pub(in crate::contract) async fn update_user(
    storage: &dyn Storage,
    id: UserId,
    change: impl FnOnce(&User) -> User + Send + 'static,
) -> Result<User, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_user(everything(), id).await?);
                transaction.update_user(&written).await?;
                let record = record(AuditAction::UserUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Removes a user for good, in a unit of work of its own.
pub(in crate::contract) async fn delete_user(storage: &dyn Storage, id: UserId) -> Result<RemovedWithUser, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let user = transaction.lock_user(everything(), id).await?;
                transaction.lock_memberships_of_user(id).await?;
                let removed = transaction.delete_user(id).await?;
                Ok(Outcome::Changed(removed, record(AuditAction::UserDelete, &user).into()))
            })
        })
        .await
}
