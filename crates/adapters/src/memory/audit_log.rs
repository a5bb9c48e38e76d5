//! The audit log in memory.

use std::ops::Bound::{Excluded, Unbounded};

use rpds::{RedBlackTreeMapSync, VectorSync};
use tenancy_domain::{
    OrganizationId,
    audit_log::{AuditEntry, AuditRecord, AuditRecords, ChainHead, ChainId},
    authorization::{Reach, TenantScope},
    owners::Owner,
    pagination::PageSize,
};

use super::State;

/// The chains, each with its entries: the entry with the number n stands at the place n - 1.
#[derive(Clone, Default)]
pub(super) struct AuditLog {
    chains: RedBlackTreeMapSync<ChainId, VectorSync<AuditEntry>>,
}

impl AuditLog {
    /// Gives each of `records` the next place in its chain.
    pub(super) fn append(&mut self, records: AuditRecords) {
        for record in records.into_appending_order() {
            self.append_one(record);
        }
    }

    fn append_one(&mut self, record: AuditRecord) {
        let id = record.chain();
        let mut chain = self.chains.get(&id).cloned().unwrap_or_default();
        chain.push_back_mut(head(&chain).append(record));
        self.chains.insert_mut(id, chain);
    }
}

impl State {
    /// The heads of the chains within `scope` whose ids come after `after`, by id.
    pub(super) fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Vec<(ChainId, ChainHead)> {
        let start = after.map_or(Unbounded, Excluded);
        let chains = self.audit_log.chains.range((start, Unbounded)).filter(|(id, _)| self.shows_chain(scope, **id));
        chains.take(usize::from(limit.get())).map(|(id, entries)| (*id, head(entries))).collect()
    }

    /// The entries of a chain whose numbers come after `after`, by number.
    pub(super) fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Vec<AuditEntry> {
        if !self.shows_chain(scope, chain) {
            return Vec::new();
        }
        let Some(chain) = self.audit_log.chains.get(&chain) else { return Vec::new() };
        let first = usize::try_from(after.max(0)).unwrap_or(usize::MAX);
        (first..).map_while(|place| chain.get(place)).take(usize::from(limit.get())).cloned().collect()
    }

    /// Whether a chain lies within `scope`. That of a deleted organization is left to those who reach everything.
    fn shows_chain(&self, scope: TenantScope, chain: ChainId) -> bool {
        let organization = OrganizationId::new(chain.uuid());
        scope.reach() == Reach::Everything || self.has_things_of(scope, Owner::Organization(organization))
    }
}

fn head(chain: &VectorSync<AuditEntry>) -> ChainHead {
    chain.last().map_or(ChainHead::EMPTY, AuditEntry::head)
}
