//! The audit log in memory.

use std::{
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use tenancy_domain::{
    AuditEntryId, Error, OrganizationId, ResourceType, Timestamp,
    audit_log::{AuditEntry, AuditLogFilter, AuditRecord, AuditRecords, Chain, ChainId, ChainMac, SealedChainKey},
    authorization::{Act, Reach, TenantScope},
    members::MemberOf,
    owners::Owner,
    pagination::{Cursor, Page, PageRequest, PageSize, Positioned},
};

use super::{
    State,
    list::{Rows, page},
};

/// The chains, each with its entries by number, and all entries by everything else that they are looked up by.
#[derive(Clone, Default)]
pub(super) struct AuditLog {
    chains: RedBlackTreeMapSync<ChainId, Links>,
    ordered: Rows<AuditEntry>,
    by_id: HashTrieMapSync<AuditEntryId, Arc<AuditEntry>>,
    /// The key that the chains are made with, as storage keeps it.
    pub(super) key: Option<SealedChainKey>,
}

#[derive(Clone)]
struct Links {
    chain: Chain,
    entries: RedBlackTreeMapSync<i64, Arc<AuditEntry>>,
}

impl AuditLog {
    /// Gives each of `records` the next place in its chain.
    pub(super) fn append(&mut self, mac: &dyn ChainMac, records: AuditRecords) -> Result<(), Error> {
        records.into_appending_order().into_iter().try_for_each(|record| self.append_one(mac, record))
    }

    fn append_one(&mut self, mac: &dyn ChainMac, record: AuditRecord) -> Result<(), Error> {
        let id = record.chain();
        let mut links = self
            .chains
            .get(&id)
            .cloned()
            .unwrap_or_else(|| Links { chain: Chain::begin(mac, id), entries: RedBlackTreeMapSync::default() });
        let (chain, entry) = links.chain.append(mac, record)?;
        let entry = Arc::new(entry);
        links.chain = chain;
        links.entries.insert_mut(entry.sequence, Arc::clone(&entry));
        self.chains.insert_mut(id, links);
        self.ordered.insert_mut(entry.position(), Arc::clone(&entry));
        self.by_id.insert_mut(entry.record.id, entry);
        Ok(())
    }

    /// Adds the key, and adopts the chains that there are.
    pub(super) fn add_key(&mut self, key: &SealedChainKey, mac: &dyn ChainMac) -> Option<u64> {
        if self.key.is_some() {
            return None;
        }
        self.key = Some(key.clone());
        let chains: Vec<Links> = self.chains.values().cloned().collect();
        for mut links in chains.iter().cloned() {
            links.chain = Chain::adopt(mac, links.chain.id, links.chain.head);
            self.chains.insert_mut(links.chain.id, links);
        }
        Some(chains.len() as u64)
    }

    /// The chains of entries that are older than `before` and come after `after`.
    pub(super) fn chains_of_old_entries(
        &self,
        before: Timestamp,
        after: Cursor,
        limit: PageSize,
    ) -> Vec<(Cursor, ChainId)> {
        let old = self.ordered.range((Excluded(after), Unbounded));
        let old = old.take_while(|(position, _)| position.time() < before).take(usize::from(limit.get()));
        old.map(|(position, entry)| (*position, entry.record.chain())).collect()
    }

    /// Deletes entries of a chain from its front, and gives their number.
    pub(super) fn delete_old_entries(
        &mut self,
        mac: &dyn ChainMac,
        chain: ChainId,
        before: Timestamp,
        limit: PageSize,
    ) -> Result<usize, Error> {
        let Some(mut links) = self.chains.get(&chain).cloned() else { return Ok(0) };
        let first = links.entries.values().take(usize::from(limit.get()));
        let first: Vec<AuditEntry> = first.map(|entry| AuditEntry::clone(entry)).collect();
        let Some((swept, count)) = links.chain.swept(mac, &first, before)? else { return Ok(0) };
        for entry in &first[..count] {
            links.entries.remove_mut(&entry.sequence);
            self.ordered.remove_mut(&entry.position());
            self.by_id.remove_mut(&entry.record.id);
        }
        links.chain = swept;
        self.chains.insert_mut(chain, links);
        Ok(count)
    }
}

impl State {
    /// The entry with this id within `scope`.
    pub(super) fn find_audit_entry(&self, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error> {
        let entry = self.audit_log.by_id.get(&id).filter(|entry| self.shows_record(scope, &entry.record));
        entry.map(|entry| AuditEntry::clone(entry)).ok_or(Error::NotFound(ResourceType::AuditLog))
    }

    /// A page of the entries within `scope` that `filter` asks for.
    pub(super) fn list_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Page<AuditEntry> {
        page(&self.audit_log.ordered, request, |entry| {
            self.lists_record(scope, filter, &entry.record).then(|| entry.clone())
        })
    }

    /// How many entries there are in the list up to and including `newest`.
    pub(super) fn count_audit_entries(&self, scope: TenantScope, filter: &AuditLogFilter, newest: Cursor) -> u64 {
        let entries = self.audit_log.ordered.range(..=newest);
        entries.filter(|(_, entry)| self.lists_record(scope, filter, &entry.record)).count() as u64
    }

    /// The chains within `scope` whose ids come after `after`, by id.
    pub(super) fn audit_chains(&self, scope: TenantScope, after: Option<ChainId>, limit: PageSize) -> Vec<Chain> {
        let start = after.map_or(Unbounded, Excluded);
        let chains = self.audit_log.chains.range((start, Unbounded)).filter(|(id, _)| self.shows_chain(scope, **id));
        chains.take(usize::from(limit.get())).map(|(_, links)| links.chain).collect()
    }

    /// One chain within `scope`.
    pub(super) fn find_audit_chain(&self, scope: TenantScope, id: ChainId) -> Option<Chain> {
        self.audit_log.chains.get(&id).filter(|_| self.shows_chain(scope, id)).map(|links| links.chain)
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
        let Some(links) = self.audit_log.chains.get(&chain) else { return Vec::new() };
        let entries = links.entries.range((Excluded(after), Unbounded)).take(usize::from(limit.get()));
        entries.map(|(_, entry)| AuditEntry::clone(entry)).collect()
    }

    /// Whether a chain lies within `scope`. That of a deleted organization is left to those who reach everything.
    fn shows_chain(&self, scope: TenantScope, chain: ChainId) -> bool {
        let organization = OrganizationId::new(chain.uuid());
        scope.reach() == Reach::Everything || self.has_things_of(scope, Owner::Organization(organization))
    }

    /// Whether an entry lies within `scope`.
    fn shows_record(&self, scope: TenantScope, record: &AuditRecord) -> bool {
        match (scope.reach(), record.org_id, record.project_id) {
            (Reach::Everything, _, _) => true,
            (Reach::Project { organization, project }, Some(concerned), Some(concerned_project)) => {
                (organization, project) == (concerned, concerned_project)
                    && self.has_owner(scope, Owner::Project { organization, project })
            }
            (_, Some(organization), _) => self.has_things_of(scope, Owner::Organization(organization)),
            (_, None, _) => false,
        }
    }

    /// Whether an entry is one of the list.
    fn lists_record(&self, scope: TenantScope, filter: &AuditLogFilter, record: &AuditRecord) -> bool {
        let role_suffices = match (scope.reach(), record.org_id) {
            (Reach::User(user), Some(organization)) => {
                let role = self.members.role(MemberOf::Organization(organization), user);
                role.is_some_and(|role| role >= Act::Audit.least_role())
            }
            _ => true,
        };
        filter.matches(record) && self.shows_record(scope, record) && role_suffices
    }
}
