//! The rules of `AuditRetention`, and of the sweep over it.

use std::sync::Arc;

use tenancy_domain::{
    AuditEntryId, Error, Timestamp,
    audit_log::{AuditAction, AuditEntry, AuditLogFilter, AuditRecord, AuditSweeper, ChainId, Swept},
    organizations::Organization,
    pagination::{Cursor, PageSize, Positioned},
};

use super::{
    Storage,
    audit_log_lists::listed,
    steps::{assert_fails, at, chain_of, entries, everything, find_chain, fresh_id, leave, organization, record},
    use_cases::UseCases,
};

/// Leaves an entry of each of these milliseconds in the chain of an organization, one after another.
async fn leave_at(storage: &dyn Storage, organization: &Organization, milliseconds: impl IntoIterator<Item = i64>) {
    for time in milliseconds {
        leave(storage, vec![at_time(organization, at(time))]).await;
    }
}

fn at_time(organization: &Organization, timestamp: Timestamp) -> AuditRecord {
    AuditRecord {
        id: AuditEntryId::new(fresh_id()),
        timestamp,
        ..record(AuditAction::OrganizationUpdate, organization)
    }
}

fn size(rows: i64) -> PageSize {
    PageSize::for_wish(rows).unwrap()
}

/// The numbers of the entries of a chain, which was seen to be whole.
async fn numbers(storage: &dyn Storage, chain: ChainId) -> Vec<i64> {
    entries(storage, chain).await.iter().map(|entry| entry.sequence).collect()
}

/// The oldest entries are named by their positions, in parts, with their chains; those that are not old are not.
pub async fn old_entries_are_named_with_their_chains(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    leave_at(&*storage, &acme, [1, 3, 5]).await;
    leave_at(&*storage, &other, [2, 4, 6]).await;
    let all = listed(&*storage, everything(), &AuditLogFilter::default()).await;
    let old: Vec<(Cursor, ChainId)> =
        all.iter().rev().take(4).map(|entry| (entry.position(), entry.record.chain())).collect();
    let named = async |after, limit| storage.chains_of_old_entries(at(5), after, size(limit)).await.unwrap();
    assert_eq!(named(Cursor::OLDEST, 1_000).await, old);
    assert_eq!(named(Cursor::OLDEST, 3).await, old[..3]);
    assert_eq!(named(old[0].0, 2).await, old[1..3]);
    assert_eq!(named(old[3].0, 2).await, []);
}

/// Old entries are deleted from the front, so many at a time, and are gone everywhere; what is left is whole, and other
/// chains are as they were.
pub async fn old_entries_are_deleted_from_the_front(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    leave_at(&*storage, &acme, 0..10).await;
    leave_at(&*storage, &other, 0..3).await;
    let before = entries(&*storage, chain_of(&acme)).await;
    let delete = async |limit| storage.delete_old_entries(chain_of(&acme), at(7), size(limit)).await.unwrap();
    for (limit, deleted, left) in [(3, 3, 3..10), (3, 3, 6..10), (3, 1, 7..10), (3, 0, 7..10)] {
        assert_eq!(delete(limit).await, Swept::Deleted(deleted));
        let expected: Vec<i64> = left.clone().map(|number| number + 1).collect();
        assert_eq!(numbers(&*storage, chain_of(&acme)).await, expected);
        let chain = find_chain(&*storage, chain_of(&acme)).await.unwrap();
        assert_eq!(chain.base, before[usize::try_from(left.start).unwrap() - 1].head());
        assert_eq!(chain.head, before[9].head());
    }
    let filter = AuditLogFilter { organization: Some(acme.id), ..AuditLogFilter::default() };
    let left: Vec<AuditEntry> = listed(&*storage, everything(), &filter).await.into_iter().rev().collect();
    assert_eq!(left, before[7..]);
    for entry in &before[..7] {
        assert_fails!(storage.find_audit_entry(everything(), entry.record.id).await, Error::NotFound(_));
    }
    assert_eq!(numbers(&*storage, chain_of(&other)).await, [1, 2, 3]);
    assert_eq!(UseCases::over(&storage).verify(&[]).await.findings, []);
    let nothing = storage.delete_old_entries(ChainId::new(fresh_id()), at(7), size(3)).await;
    assert_eq!(nothing.unwrap(), Swept::Deleted(0));
}

/// A chain that has lost all of its entries goes on where it was.
pub async fn a_chain_goes_on_after_all_of_it_is_deleted(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    leave_at(&*storage, &acme, 0..3).await;
    let head = find_chain(&*storage, chain_of(&acme)).await.unwrap().head;
    let deleted = storage.delete_old_entries(chain_of(&acme), at(100), PageSize::MAX).await.unwrap();
    assert_eq!(deleted, Swept::Deleted(3));
    assert_eq!(numbers(&*storage, chain_of(&acme)).await, Vec::<i64>::new());
    let chain = find_chain(&*storage, chain_of(&acme)).await.unwrap();
    assert_eq!((chain.base, chain.head), (head, head));
    leave_at(&*storage, &acme, [200]).await;
    assert_eq!(numbers(&*storage, chain_of(&acme)).await, [4]);
    let verification = UseCases::over(&storage).verify(&[]).await;
    assert_eq!((verification.entries, verification.findings), (1, vec![]));
}

/// What stands behind a younger entry stays, lest there be a gap.
pub async fn an_older_entry_behind_a_younger_one_stays(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    leave_at(&*storage, &acme, [1, 9, 2]).await;
    for deleted in [1, 0] {
        let swept = storage.delete_old_entries(chain_of(&acme), at(5), PageSize::MAX).await.unwrap();
        assert_eq!(swept, Swept::Deleted(deleted));
        assert_eq!(numbers(&*storage, chain_of(&acme)).await, [2, 3]);
    }
    assert_eq!(AuditSweeper::new(Arc::clone(&storage) as _).sweep(at(5)).await.unwrap().deleted, 0);
}

/// A sweep deletes what is old in every chain, more of it than one transaction takes.
pub async fn a_sweep_deletes_everywhere(storage: Arc<dyn Storage>) {
    let organizations: Vec<Organization> = (0..5).map(|n| organization(&format!("acme-{n}"))).collect();
    for (organization, count) in organizations.iter().zip([1, 2, 0, 1_200, 3]) {
        leave(&*storage, (0..count).map(|n| at_time(organization, at(n / 100))).collect()).await;
        leave_at(&*storage, organization, [50, 51]).await;
    }
    let sweep = AuditSweeper::new(Arc::clone(&storage) as _).sweep(at(51)).await.unwrap();
    assert_eq!((sweep.deleted, sweep.failures.len()), (1_206 + 5, 0));
    for organization in &organizations {
        assert_eq!(entries(&*storage, chain_of(organization)).await.len(), 1);
    }
    let verification = UseCases::over(&storage).verify(&[]).await;
    assert_eq!((verification.chains, verification.entries, verification.findings), (5, 5, vec![]));
    assert_eq!(AuditSweeper::new(Arc::clone(&storage) as _).sweep(at(51)).await.unwrap().deleted, 0);
}
