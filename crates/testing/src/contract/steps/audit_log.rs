//! Steps with the audit log.

use tenancy_domain::{
    AuditEntryId,
    audit_log::{AuditAction, AuditEntry, AuditRecord, AuditRecords, Audited, Chain, ChainHead, ChainId, Change},
    authorization::OrganizationsWrite,
    pagination::PageSize,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, at, everything, fresh_id, grant};
use crate::doubles::PredictableMac;

/// The record of something that was done to a thing.
pub(in crate::contract) fn record(action: AuditAction, thing: &impl Audited) -> AuditRecord {
    let (id, change) = (AuditEntryId::new(fresh_id()), Change::created(thing));
    AuditRecord::new(id, at(0), &grant::<OrganizationsWrite>(), action, thing.subject(), change)
}

/// All entries of a chain of at most [`PageSize::MAX`], each of which was seen to follow the one before it, with the
/// chain's head at the end.
pub(in crate::contract) async fn entries(storage: &dyn Storage, chain: ChainId) -> Vec<AuditEntry> {
    let entries = storage.audit_entries(everything(), chain, 0, PageSize::MAX).await.unwrap();
    let kept = find_chain(storage, chain).await.unwrap_or_else(|| Chain::begin(&PredictableMac, chain));
    assert!(kept.is_authentic(&PredictableMac), "{kept:?}");
    let mut reached = kept.base;
    for entry in &entries {
        assert!(kept.continues(&PredictableMac, reached, entry), "{entry:?} does not follow {reached:?}");
        reached = entry.head();
    }
    assert_eq!(kept.head, reached);
    entries
}

/// What is kept of a chain beside its entries.
pub(in crate::contract) async fn find_chain(storage: &dyn Storage, chain: ChainId) -> Option<Chain> {
    storage.find_audit_chain(everything(), chain).await.unwrap()
}

/// Leaves records, in a unit of work that does nothing else.
pub(in crate::contract) async fn leave(storage: &dyn Storage, records: Vec<AuditRecord>) {
    let unit = storage.execute(move |_| {
        Box::pin(async move {
            let mut records = records.into_iter();
            let Some(first) = records.next() else { return Ok(Outcome::Unchanged(())) };
            let mut all = AuditRecords::from(first);
            records.for_each(|record| all.add(record));
            Ok(Outcome::Changed((), all))
        })
    });
    unit.await.unwrap();
}

/// The head of a chain as it is kept; empty for a chain that is not there.
pub(in crate::contract) async fn head(storage: &dyn Storage, chain: ChainId) -> ChainHead {
    find_chain(storage, chain).await.map_or(ChainHead::EMPTY, |chain| chain.head)
}
