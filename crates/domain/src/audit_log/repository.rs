//! The ports of the audit log. Entries are written by the [unit of work](crate::unit_of_work) alone.

use async_trait::async_trait;

use super::{AuditEntry, AuditLogFilter, Chain, ChainId};
use crate::{
    authorization::TenantScope,
    error::Error,
    ids::AuditEntryId,
    pagination::{Cursor, Page, PageRequest, PageSize},
    timestamp::Timestamp,
};

/// Reads the audit log. Every read sees what was committed before it began.
///
/// An entry lies within the scope of the organization and of the project that it concerns, as long as they are live, and
/// within that of each user who is a member of the organization; what concerns no organization, or a deleted one, lies
/// within the scope alone that has everything. A chain lies within a scope where its organization does with all that it
/// owns: within none of a project's.
#[async_trait]
pub trait AuditLogRepository: Send + Sync {
    /// The entry with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn find_audit_entry(&self, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error>;

    /// A page of the entries within `scope` that `filter` asks for, ordered by timestamp descending, then id descending.
    /// Of a user's scope, those are left out that concern an organization in which the user has not the
    /// [least role](crate::authorization::Act::least_role) for them. The page and what it says of the entries beside it
    /// come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error>;

    /// How many entries there are in the list from its oldest one up to and including `newest`. It costs what the list
    /// is long.
    ///
    /// # Errors
    /// [`Error::Unavailable`] also when it takes too long to count them.
    async fn count_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        newest: Cursor,
    ) -> Result<u64, Error>;

    /// The chains within `scope` whose ids come after `after`, by id.
    ///
    /// # Errors
    /// None of its own.
    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<Chain>, Error>;

    /// One chain, if there is one within `scope`.
    ///
    /// # Errors
    /// None of its own.
    async fn find_audit_chain(&self, scope: TenantScope, id: ChainId) -> Result<Option<Chain>, Error>;

    /// The entries of `chain` whose numbers come after `after`, by number; none for a chain outside `scope`.
    ///
    /// # Errors
    /// [`Error::Internal`] also when one of them is no entry at all: someone has changed it.
    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error>;

    /// Chains that have entries, and of which nothing else is kept: their own part was taken away. At most a thousand,
    /// in no order, whatever the scope: nobody has made them.
    ///
    /// # Errors
    /// None of its own.
    async fn stray_audit_chains(&self) -> Result<Vec<ChainId>, Error>;
}

/// What a part of a sweep came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// So many entries were deleted.
    Deleted(usize),
    /// Another instance sweeps at this moment.
    ByAnother,
}

/// Deletes entries that are older than they are to be kept. That is no change to any tenant, and leaves no audit entry;
/// what is left of each chain stays whole.
#[async_trait]
pub trait AuditRetention: Send + Sync {
    /// The chains of the oldest entries of all that are older than `before`, each with the entry's position, by position:
    /// those that come after `after`. A chain may be named several times.
    ///
    /// # Errors
    /// None of its own.
    async fn chains_of_old_entries(
        &self,
        before: Timestamp,
        after: Cursor,
        limit: PageSize,
    ) -> Result<Vec<(Cursor, ChainId)>, Error>;

    /// Deletes entries of a chain from its front, in their order, as long as they are older than `before`: at most
    /// `limit`. The chain begins after them from then on ([`Chain::without_front`]). Returns once the commit is durable.
    ///
    /// # Errors
    /// [`Error::Internal`] when the chain is not authentic, or one of them is not what belongs in its place: then nothing
    /// is deleted, lest a trace be lost.
    async fn delete_old_entries(&self, chain: ChainId, before: Timestamp, limit: PageSize) -> Result<Swept, Error>;
}
