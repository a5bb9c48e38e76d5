//! The use cases of users.

use std::sync::Arc;

use super::{NewUser, OrganizationOfUser, RemovedWithUser, User, UserChanges, UserFilter, UserRepository};
use crate::{
    affected::Affected,
    audit_log::{AuditAction, AuditRecords, Change},
    authorization::{Grant, Permission, UsersRead, UsersWrite},
    effects::Effects,
    error::Error,
    idempotency::Repeatable,
    ids::UserId,
    members::membership_fields,
    pagination::{Page, PageRequest},
    timestamp::Timestamp,
    unit_of_work::{Outcome, Transaction},
};

/// What may be done with users: all of it by system keys alone.
#[derive(Clone)]
pub struct UserService {
    repository: Arc<dyn UserRepository>,
    effects: Effects,
}

/// A user that was removed, and how much went with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedUser {
    /// The user.
    pub id: UserId,
    /// How many API keys it had.
    pub api_keys: usize,
    /// How many memberships of organizations and projects it had.
    pub memberships: usize,
}

impl UserService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(repository: Arc<dyn UserRepository>, effects: Effects) -> Self {
        Self { repository, effects }
    }

    /// A page of the users.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant.
    pub async fn list(
        &self,
        grant: &Grant<UsersRead>,
        filter: &UserFilter,
        request: &PageRequest,
    ) -> Result<Page<User>, Error> {
        grant.require_system()?;
        self.repository.list_users(grant.tenant_scope(), filter, request).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such user.
    pub async fn get(&self, grant: &Grant<UsersRead>, id: UserId) -> Result<User, Error> {
        grant.require_system()?;
        self.repository.find_user(grant.tenant_scope(), id).await
    }

    /// A page of the live organizations that a user is a member of, with its role in each.
    ///
    /// # Errors
    /// Those of [`UserService::get`].
    pub async fn organizations(
        &self,
        grant: &Grant<UsersRead>,
        id: UserId,
        request: &PageRequest,
    ) -> Result<Page<OrganizationOfUser>, Error> {
        self.get(grant, id).await?;
        self.repository.list_organizations_of_user(grant.tenant_scope(), id, request).await
    }

    /// Tells that there is such a user, and nothing else of it; a transport asks it before it tells of a mistake in a
    /// request about the user.
    ///
    /// # Errors
    /// Those of [`UserService::get`].
    pub async fn ensure<P: Permission>(&self, grant: &Grant<P>, id: UserId) -> Result<(), Error> {
        grant.require_system()?;
        self.repository.find_user(grant.tenant_scope(), id).await.map(drop)
    }

    /// Makes a user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::AlreadyExists`] of `external_id` or
    /// `email` when another user has it.
    pub fn create(&self, grant: &Grant<UsersWrite>, new: NewUser) -> Repeatable<User> {
        let (effects, grant) = (self.effects.clone(), grant.clone());
        Repeatable::new(move |attempt| async move {
            grant.require_system()?;
            let now = effects.now();
            let user = User::create(UserId::new(effects.id(now)), new, now);
            let record = effects.record(&grant, AuditAction::UserCreate, &user, now, Change::created(&user));
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        transaction.insert_user(&user).await?;
                        Ok(Outcome::Changed(user, record.into()))
                    })
                })
                .await
        })
    }

    /// Changes a user; changes that leave everything as it is write nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such user;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::AlreadyExists`] of `email` when another
    /// user has it.
    pub async fn update(&self, grant: &Grant<UsersWrite>, id: UserId, changes: UserChanges) -> Result<User, Error> {
        grant.require_system()?;
        let (effects, grant) = (self.effects.clone(), grant.clone());
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let current = transaction.lock_user(grant.tenant_scope(), id).await?;
                    grant.require_unchanged(&current)?;
                    // Read after the lock is held, so that times follow the order of the writes.
                    let Some(written) = current.changed(changes, effects.now()) else {
                        return Ok(Outcome::Unchanged(current));
                    };
                    transaction.update_user(&written).await?;
                    let change = Change::updated(&current, &written);
                    let record = effects.record(&grant, AuditAction::UserUpdate, &written, written.updated_at, change);
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    /// Removes a user for good, with its memberships, its API keys and its dynamic providers. Each organization's audit
    /// log tells that the user is no member any more.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a caller that does not reach every tenant; [`Error::NotFound`] when there is no such user;
    /// [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::Conflict`] while it is the last owner of an
    /// organization, live or deleted.
    pub async fn delete(&self, grant: &Grant<UsersWrite>, id: UserId) -> Result<DeletedUser, Error> {
        grant.require_system()?;
        let (effects, grant) = (self.effects.clone(), grant.clone());
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let (user, removed) = remove(transaction, &grant, id).await?;
                    let now = effects.now().max(user.updated_at);
                    let records = records(&effects, &grant, &user, &removed, now);
                    let deleted =
                        DeletedUser { id, api_keys: removed.api_keys.len(), memberships: removed.memberships.len() };
                    Ok(Outcome::Changed(deleted, records))
                })
            })
            .await
    }

    /// What [`UserService::delete`] would destroy. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`UserService::delete`].
    pub async fn rehearse_deletion(&self, grant: &Grant<UsersWrite>, id: UserId) -> Result<Affected, Error> {
        grant.require_system()?;
        let grant = grant.clone();
        self.effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let (_, removed) = remove(transaction, &grant, id).await?;
                    let (memberships, api_keys) = (removed.memberships.len() as u64, removed.api_keys.len() as u64);
                    let providers = removed.providers.len() as u64;
                    // What was removed is undone.
                    let affected = Affected { users: 1, memberships, api_keys, providers, ..Affected::default() };
                    Ok(Outcome::Unchanged(affected))
                })
            })
            .await
    }
}

/// Removes a user, unless it is the last owner of an organization.
async fn remove(
    transaction: &mut (dyn Transaction + '_),
    grant: &Grant<UsersWrite>,
    id: UserId,
) -> Result<(User, RemovedWithUser), Error> {
    let user = transaction.lock_user(grant.tenant_scope(), id).await?;
    grant.require_unchanged(&user)?;
    if let Some(organization) = transaction.lock_memberships_of_user(id).await? {
        let message = format!("the user is the last owner of the organization {organization}");
        return Err(Error::Conflict(message.into()));
    }
    Ok((user, transaction.delete_user(id).await?))
}

/// The record of a user's removal, with one of each membership, each key and each provider that went with it.
fn records(
    effects: &Effects,
    grant: &Grant<UsersWrite>,
    user: &User,
    removed: &RemovedWithUser,
    now: Timestamp,
) -> AuditRecords {
    let mut records: AuditRecords =
        effects.record(grant, AuditAction::UserDelete, user, now, Change::deleted(user)).into();
    for (of, role) in &removed.memberships {
        let change = Change::removed(membership_fields(*role));
        let subject = of.subject(user.id);
        records.add(effects.record_of(grant, AuditAction::MembershipDelete, subject, now, change));
    }
    for key in &removed.api_keys {
        records.add(effects.record(grant, AuditAction::ApiKeyRevoke, key, now, Change::deleted(key)));
    }
    for provider in &removed.providers {
        let change = Change::deleted(provider);
        records.add(effects.record(grant, AuditAction::DynamicProviderDelete, provider, now, change));
    }
    records
}
