//! The unit of work: everything that belongs to one change is written together, or not at all.
//!
//! A use case hands a closure to [`UnitOfWorkExt::execute`]. The closure runs where the storage wants it (on its own
//! thread, say), is given a [`Transaction`], and ends with an [`Outcome`]. A change cannot be reported without the
//! [`AuditRecords`] that tell of it: storage appends them to their chains in the same transaction and only then
//! commits. Where nothing changed, or the closure fails, nothing is written; but for the answer to a request that may be
//! sent again.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::{
    api_keys::ApiKeyWriter,
    audit_log::AuditRecords,
    error::Error,
    idempotency::{AnswerOnly, IdempotencyWriter},
    members::MemberWriter,
    organizations::{OrganizationCreation, OrganizationWriter},
    owners::OwnerWriter,
    projects::ProjectWriter,
    providers::ProviderWriter,
    users::UserWriter,
};

/// What may be done within a unit of work. Reads see the unit's own writes.
pub trait Transaction:
    OrganizationWriter
    + ProjectWriter
    + UserWriter
    + MemberWriter
    + OwnerWriter
    + ApiKeyWriter
    + ProviderWriter
    + IdempotencyWriter
    + Send
{
}

impl<T> Transaction for T where
    T: OrganizationWriter
        + ProjectWriter
        + UserWriter
        + MemberWriter
        + OwnerWriter
        + ApiKeyWriter
        + ProviderWriter
        + IdempotencyWriter
        + Send
{
}

/// How a unit of work ended.
#[derive(Debug)]
pub enum Outcome<T> {
    /// Something was written: to be committed together with the records of it.
    Changed(T, AuditRecords),
    /// Nothing was written; whatever was is undone.
    Unchanged(T),
    /// Nothing was written but the answer to a request that may be sent again: that is committed, without a record, since
    /// nothing has changed for anyone. No use case ends so by itself; see [`idempotency`](crate::idempotency).
    Answered(T, AnswerOnly),
}

impl<T> Outcome<T> {
    /// The same, of what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Changed(value, records) => Outcome::Changed(change(value), records),
            Self::Unchanged(value) => Outcome::Unchanged(change(value)),
            Self::Answered(value, only) => Outcome::Answered(change(value), only),
        }
    }
}

/// The future of a unit of work, which borrows its transaction.
pub type WorkFuture<'t, T> = Pin<Box<dyn Future<Output = Result<Outcome<T>, Error>> + Send + 't>>;

/// A unit of work as storage sees it.
pub type Work = Box<dyn for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, ()> + Send>;

/// Runs units of work. Use cases call [`UnitOfWorkExt::execute`], which gives a value back.
#[async_trait]
pub trait UnitOfWork: Send + Sync {
    /// Runs `work` in a transaction of its own, at least as strict as: rows that it locks are changed by nobody else
    /// until it ends, and nobody sees its writes before it commits. Returns once the commit is durable.
    ///
    /// The future of `work` awaits its transaction and nothing else; storage may run it to its end in one poll.
    ///
    /// # Errors
    /// What `work` returned, and then nothing was written; or the failure of the commit. [`Error::Unavailable`] may
    /// leave open whether the commit took place, when the connection is lost while it is under way.
    async fn run(&self, work: Work) -> Result<(), Error>;

    /// Runs the unit of work that makes an organization and does nothing else, as [`run`](Self::run) does: storage that can
    /// carries out several at once. Each is made or not made by itself.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of [`OrganizationCreation::carry_out`].
    async fn create_organization(&self, creation: OrganizationCreation) -> Result<(), Error> {
        self.run(creation.into_work()).await
    }
}

/// [`UnitOfWork::run`] with a value.
pub trait UnitOfWorkExt: UnitOfWork {
    /// Runs `work` as [`UnitOfWork::run`] does and gives back the value of its outcome.
    fn execute<T, W>(&self, work: W) -> impl Future<Output = Result<T, Error>> + Send
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, T> + Send + 'static,
    {
        async move {
            let value = Arc::new(Mutex::new(None));
            let slot = Arc::clone(&value);
            self.run(Box::new(move |transaction| {
                Box::pin(async move {
                    let keep = |result| *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                    Ok(work(transaction).await?.map(keep))
                })
            }))
            .await?;
            let result = value.lock().unwrap_or_else(PoisonError::into_inner).take();
            result.ok_or_else(|| {
                Error::internal(anyhow::anyhow!("the storage reported a unit of work that it did not run"))
            })
        }
    }
}

impl<U: UnitOfWork + ?Sized> UnitOfWorkExt for U {}
