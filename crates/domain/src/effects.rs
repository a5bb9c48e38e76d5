//! What the use cases of every resource have in common: they write, tell the time, make ids, and leave records.

use std::{sync::Arc, time::Instant};

use uuid::Uuid;

use crate::{
    audit_log::{AuditAction, AuditRecord, Audited, Change, Subject},
    authorization::{Grant, Permission},
    error::Error,
    ids::AuditEntryId,
    ports::{Clock, IdSource},
    timestamp::Timestamp,
    unit_of_work::{Transaction, UnitOfWork, UnitOfWorkExt, WorkFuture},
};

/// The ports through which use cases act on the world. A clone is cheap and is the same.
#[derive(Clone)]
pub struct Effects {
    unit_of_work: Arc<dyn UnitOfWork>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Effects {
    /// Puts the ports together.
    #[must_use]
    pub fn new(unit_of_work: Arc<dyn UnitOfWork>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { unit_of_work, clock, ids }
    }

    /// The present time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present moment on the clock that only goes forward.
    pub(crate) fn moment(&self) -> Instant {
        self.clock.moment()
    }

    /// A fresh id for a thing made at `now`.
    pub(crate) fn id(&self, now: Timestamp) -> Uuid {
        self.ids.next(now)
    }

    /// What runs units of work.
    pub(crate) fn unit_of_work(&self) -> &dyn UnitOfWork {
        &*self.unit_of_work
    }

    /// Runs a unit of work; see [`UnitOfWorkExt::execute`].
    pub(crate) async fn execute<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, T> + Send + 'static,
    {
        self.unit_of_work.execute(work).await
    }

    /// The record that the holder of `grant` did `action` to `thing` at `now`.
    pub(crate) fn record<P: Permission>(
        &self,
        grant: &Grant<P>,
        action: AuditAction,
        thing: &impl Audited,
        now: Timestamp,
        change: Change,
    ) -> AuditRecord {
        self.record_of(grant, action, thing.subject(), now, change)
    }

    /// The record that the holder of `grant` did `action` to `subject` at `now`.
    pub(crate) fn record_of<P: Permission>(
        &self,
        grant: &Grant<P>,
        action: AuditAction,
        subject: Subject,
        now: Timestamp,
        change: Change,
    ) -> AuditRecord {
        AuditRecord::new(AuditEntryId::new(self.ids.next(now)), now, grant, action, subject, change)
    }
}
