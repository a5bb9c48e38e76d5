//! The port of the audit log. Entries are written by the [unit of work](crate::unit_of_work) alone.

use async_trait::async_trait;

use super::{AuditEntry, ChainHead, ChainId};
use crate::{authorization::TenantScope, error::Error, pagination::PageSize};

/// Reads the audit log. A chain lies within a scope where its organization does with all that it owns: a project's scope
/// has none, and that of what belongs to no organization is within the scope alone that has everything.
#[async_trait]
pub trait AuditLogRepository: Send + Sync {
    /// The heads of the chains within `scope` whose ids come after `after`, by id.
    ///
    /// # Errors
    /// None of its own.
    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<(ChainId, ChainHead)>, Error>;

    /// The entries of `chain` whose numbers come after `after`, by number; none for a chain outside `scope`.
    ///
    /// # Errors
    /// None of its own.
    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error>;
}
