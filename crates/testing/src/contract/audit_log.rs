//! The rules of `AuditLogRepository`, and of what a unit of work writes to the audit log.

use std::sync::Arc;

use tenancy_domain::{
    audit_log::{AuditAction, AuditEntry, ChainHead, ChainId},
    organizations::{Organization, OrganizationRef},
    pagination::PageSize,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        api_key, chain_of, delete, entries, everything, find, find_chain, fresh_id, insert, insert_key, organization,
        record, update,
    },
};
use crate::doubles::PredictableMac;

/// A change and its entry are committed together: the record as it was given, first in its chain.
pub async fn an_entry_is_written_with_its_change(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    assert_eq!(entries(&*storage, chain_of(&acme)).await, []);

    let record = record(AuditAction::OrganizationCreate, &acme);
    let (inserted, written) = (acme.clone(), record.clone());
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            transaction.insert_organization(&inserted).await?;
            Ok(Outcome::Changed((), written.into()))
        })
    });
    unit.await.unwrap();
    assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
    assert_eq!(entries(&*storage, chain_of(&acme)).await, [ChainHead::EMPTY.append(&PredictableMac, record)]);
}

/// Each entry has the next number of its chain and follows from the one before it; the head is the last.
pub async fn entries_are_chained_without_gaps(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for _ in 0..3 {
        update(&*storage, OrganizationRef::Id(acme.id), Organization::clone).await.unwrap();
        // What fails takes no number.
        insert(&*storage, &organization("acme")).await.unwrap_err();
    }
    delete(&*storage, acme.id).await.unwrap();
    // `entries` has checked the hashes and the head.
    let numbers: Vec<i64> = entries(&*storage, chain_of(&acme)).await.iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

/// Every organization has a chain of its own, and what belongs to none has one more.
pub async fn each_organization_has_a_chain_of_its_own(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    let (key, hash) = api_key("key");
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    insert_key(&*storage, &key, &hash).await.unwrap();
    update(&*storage, OrganizationRef::Id(acme.id), Organization::clone).await.unwrap();
    for (chain, resource, length) in [
        (chain_of(&acme), acme.id.uuid(), 2),
        (chain_of(&other), other.id.uuid(), 1),
        (ChainId::INSTALLATION, key.id.uuid(), 1),
    ] {
        let entries = entries(&*storage, chain).await;
        assert_eq!(entries.len(), length);
        assert!(entries.iter().all(|entry| entry.record.resource_id == resource));
    }
}

/// Chains are read by id, each once, in parts of the size that is asked for.
pub async fn chains_are_read_in_parts_by_id(storage: Arc<dyn Storage>) {
    let (key, hash) = api_key("key");
    insert_key(&*storage, &key, &hash).await.unwrap();
    let mut expected = vec![ChainId::INSTALLATION];
    for n in 0..6 {
        let acme = organization(&format!("acme-{n}"));
        insert(&*storage, &acme).await.unwrap();
        expected.push(chain_of(&acme));
    }
    expected.sort_by_key(|chain| *chain.uuid().as_bytes());

    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let part = storage.audit_chains(everything(), after, PageSize::for_wish(3).unwrap()).await.unwrap();
        assert!(part.len() <= 3);
        let Some(last) = part.last() else { break };
        assert!(after < Some(last.id), "the chains after {after:?} are not those after it");
        after = Some(last.id);
        for chain in part {
            assert_eq!(Some(chain), find_chain(&*storage, chain.id).await);
            assert_eq!(chain.head.sequence, 1);
            assert!(chain.is_authentic(&PredictableMac));
            read.push(chain.id);
        }
    }
    assert_eq!(read, expected);
    assert_eq!(find_chain(&*storage, ChainId::new(fresh_id())).await, None);
    assert_eq!(storage.stray_audit_chains().await.unwrap(), []);
}

/// Entries are read by number, in parts of the size that is asked for; a chain that is not there has none.
pub async fn entries_are_read_in_parts_by_number(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for _ in 0..4 {
        update(&*storage, OrganizationRef::Id(acme.id), Organization::clone).await.unwrap();
    }
    let numbers = async |chain, after, limit| -> Vec<i64> {
        let limit = PageSize::for_wish(limit).unwrap();
        let entries = storage.audit_entries(everything(), chain, after, limit).await.unwrap();
        entries.iter().map(|entry: &AuditEntry| entry.sequence).collect()
    };
    let chain = chain_of(&acme);
    assert_eq!(numbers(chain, 0, 2).await, [1, 2]);
    assert_eq!(numbers(chain, 2, 2).await, [3, 4]);
    assert_eq!(numbers(chain, 4, 2).await, [5]);
    assert_eq!(numbers(chain, i64::MIN, 1).await, [1]);
    for after in [5, 6, i64::MAX] {
        assert!(numbers(chain, after, 2).await.is_empty());
    }
    assert!(numbers(ChainId::new(fresh_id()), 0, 2).await.is_empty());
}
