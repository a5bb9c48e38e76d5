//! Steps with the audit log.

use tenancy_domain::{
    AuditEntryId,
    audit_log::{AuditAction, AuditEntry, AuditRecord, Audited, ChainHead, ChainId, Change},
    authorization::OrganizationsWrite,
    pagination::PageSize,
};

use super::{super::Storage, at, everything, fresh_id, grant};

/// The record of something that was done to a thing.
pub(in crate::contract) fn record(action: AuditAction, thing: &impl Audited) -> AuditRecord {
    let (id, change) = (AuditEntryId::new(fresh_id()), Change::created(thing));
    AuditRecord::new(id, at(0), &grant::<OrganizationsWrite>(), action, thing.subject(), change)
}

/// All entries of a chain of at most [`PageSize::MAX`], each of which was seen to follow the one before it, with the
/// chain's head at the end.
pub(in crate::contract) async fn entries(storage: &dyn Storage, chain: ChainId) -> Vec<AuditEntry> {
    let entries = storage.audit_entries(everything(), chain, 0, PageSize::MAX).await.unwrap();
    let mut reached = ChainHead::EMPTY;
    for entry in &entries {
        assert!(reached.is_followed_by(entry), "{entry:?} does not follow {reached:?}");
        reached = entry.head();
    }
    assert_eq!(head(storage, chain).await, reached);
    entries
}

/// The head of a chain as it is kept; empty for a chain that is not there.
pub(in crate::contract) async fn head(storage: &dyn Storage, chain: ChainId) -> ChainHead {
    let mut after = None;
    loop {
        let chains = storage.audit_chains(everything(), after, PageSize::MAX).await.unwrap();
        if let Some((_, head)) = chains.iter().find(|(id, _)| *id == chain) {
            return *head;
        }
        let Some((last, _)) = chains.last() else { return ChainHead::EMPTY };
        assert!(after < Some(*last), "the chains after {after:?} are not those after it");
        after = Some(*last);
    }
}
