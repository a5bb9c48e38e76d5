//! The use cases of the audit log.

use std::sync::Arc;

use super::{AuditLogRepository, ChainHead, ChainId};
use crate::{
    authorization::{AuditLogsRead, Grant},
    error::Error,
    pagination::PageSize,
};

/// What may be done with the audit log.
#[derive(Clone)]
pub struct AuditLogService {
    repository: Arc<dyn AuditLogRepository>,
}

/// What a verification of the audit log came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// How many chains were read.
    pub chains: u64,
    /// How many entries were read.
    pub entries: u64,
    /// Where a chain is broken; one finding a chain, the first.
    pub findings: Vec<Finding>,
}

/// A place where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The chain.
    pub chain: ChainId,
    /// The number at which it goes wrong: the entry with this number is changed, out of its place or missing.
    pub sequence: i64,
}

impl AuditLogService {
    /// Puts the use cases on top of their port.
    #[must_use]
    pub fn new(repository: Arc<dyn AuditLogRepository>) -> Self {
        Self { repository }
    }

    /// Walks every chain within the caller's reach and checks that each entry follows the one before it, and that the
    /// head is among them. Entries may be added meanwhile: what comes after the head that was read is checked as well.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn verify(&self, grant: &Grant<AuditLogsRead>) -> Result<Verification, Error> {
        let mut verification = Verification::default();
        let mut after = None;
        loop {
            let chains = self.repository.audit_chains(grant.tenant_scope(), after, PageSize::MAX).await?;
            let Some(last) = chains.last() else { return Ok(verification) };
            after = Some(last.0);
            for (chain, head) in chains {
                verification.chains += 1;
                verification.findings.extend(self.verify_chain(grant, chain, head, &mut verification.entries).await?);
            }
        }
    }

    async fn verify_chain(
        &self,
        grant: &Grant<AuditLogsRead>,
        chain: ChainId,
        head: ChainHead,
        read: &mut u64,
    ) -> Result<Option<Finding>, Error> {
        let mut reached = ChainHead::EMPTY;
        loop {
            let entries =
                self.repository.audit_entries(grant.tenant_scope(), chain, reached.sequence, PageSize::MAX).await?;
            let next = Finding { chain, sequence: reached.sequence + 1 };
            if entries.is_empty() {
                return Ok((reached.sequence < head.sequence).then_some(next));
            }
            for entry in entries {
                *read += 1;
                let follows = reached.is_followed_by(&entry) && entry.record.chain() == chain;
                let is_head = entry.sequence != head.sequence || entry.hash == head.hash;
                if !follows || !is_head {
                    return Ok(Some(Finding { chain, sequence: reached.sequence + 1 }));
                }
                reached = entry.head();
            }
        }
    }
}
