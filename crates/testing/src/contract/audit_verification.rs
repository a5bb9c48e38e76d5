//! The verification of the audit log, as far as nobody tampers with the storage; that takes a way around the ports.

use std::{sync::Arc, time::Duration};

use tenancy_domain::{
    audit_log::{
        AuditAction, AuditRecord, AuditSweeper, AuditVerifier, ChainHash, ChainHead, ChainId, ChainMac, Finding, Flaw,
        KnownHead, KnownHeads, Verification,
    },
    organizations::{Organization, OrganizationRef},
};

use super::{
    Storage,
    steps::{
        api_key, at, chain_of, entries, find_chain, fresh_id, grant, insert, insert_key, leave, organization, record,
        update,
    },
    use_cases::UseCases,
};

/// A verification reads every entry of every chain, and has nothing to say of what was written as it should be.
pub async fn finds_nothing_wrong_with_what_was_written(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    assert_eq!(cases.verify(&[]).await, Verification::default());

    let (acme, other) = (organization("acme"), organization("other"));
    let (key, hash) = api_key("key");
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    insert_key(&*storage, &key, &hash).await.unwrap();
    for _ in 0..3 {
        update(&*storage, OrganizationRef::Id(acme.id), Organization::clone).await.unwrap();
    }
    assert_eq!(cases.verify(&[]).await, Verification { chains: 3, entries: 6, unkeyed: 0, findings: vec![] });
}

/// Authenticates under another key than the storage was told.
struct OtherMac;

impl ChainMac for OtherMac {
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        crate::doubles::PredictableMac.mac(&[b"another key: ", message].concat())
    }
}

/// With another key, or with none, no chain is taken for whole.
pub async fn another_key_does_not_do(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for (mac, flaw) in [(Some(Arc::new(OtherMac) as Arc<dyn ChainMac>), Flaw::Seal), (None, Flaw::NoKey)] {
        let verifier = AuditVerifier::new(Arc::clone(&storage) as _, mac);
        let verification = verifier.verify(&grant(), KnownHeads::default()).await.unwrap();
        assert_eq!(verification.findings, [Finding { chain: chain_of(&acme), flaw }]);
    }
}

/// What was known of a chain at any time must hold; what the retention has deleted since cannot be told any more.
pub async fn heads_that_were_kept_elsewhere_are_held_against_it(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, id) = (organization("acme"), chain_of(&organization("gone")));
    insert(&*storage, &acme).await.unwrap();
    let mut known = vec![KnownHead { chain: chain_of(&acme), head: ChainHead::EMPTY }];
    for n in 0..4 {
        known.push((&find_chain(&*storage, chain_of(&acme)).await.unwrap()).into());
        let record = AuditRecord { timestamp: at(n), ..record(AuditAction::OrganizationUpdate, &acme) };
        leave(&*storage, vec![AuditRecord { id: tenancy_domain::AuditEntryId::new(fresh_id()), ..record }]).await;
    }
    assert_eq!(cases.verify(&known).await.findings, []);
    let flaws = async |known: &[KnownHead]| -> Vec<(ChainId, Flaw)> {
        cases.verify(known).await.findings.iter().map(|finding| (finding.chain, finding.flaw)).collect()
    };
    let altered = |number: usize, head: ChainHead| {
        let mut known = known.clone();
        known[number].head = head;
        known
    };
    let forged = |sequence| ChainHead { sequence, hash: ChainHash::new([7; 32]) };
    for number in [0, 1, 3, 4] {
        let sequence = known[number].head.sequence;
        let expected = [(chain_of(&acme), Flaw::NotAsKnown(sequence))];
        assert_eq!(flaws(&altered(number, forged(sequence))).await, expected);
    }
    assert_eq!(flaws(&altered(4, forged(9))).await, [(chain_of(&acme), Flaw::CutOff(6))]);
    let gone = KnownHead { chain: id, head: forged(1) };
    assert_eq!(flaws(&[&known[..], &[gone]].concat()).await, [(id, Flaw::Gone)]);

    AuditSweeper::new(Arc::clone(&storage) as _).sweep(at(2)).await.unwrap();
    let base = find_chain(&*storage, chain_of(&acme)).await.unwrap().base;
    assert_eq!(base.sequence, 3);
    assert_eq!(flaws(&known).await, []);
    assert_eq!(flaws(&altered(1, forged(1))).await, [], "what is gone is gone");
    assert_eq!(flaws(&altered(3, forged(3))).await, [(chain_of(&acme), Flaw::NotAsKnown(3))]);
}

/// While entries are added and deleted, a verification finds nothing wrong.
pub async fn what_the_retention_deletes_meanwhile_is_not_missed(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let (writer, sweeper) = (Arc::clone(&storage), AuditSweeper::new(Arc::clone(&storage) as _));
    let chain = chain_of(&acme);
    let writing = tokio::spawn(async move {
        for n in 0..300 {
            let records = (0..10).map(|_| AuditRecord {
                id: tenancy_domain::AuditEntryId::new(fresh_id()),
                timestamp: at(n),
                ..record(AuditAction::OrganizationUpdate, &acme)
            });
            leave(&*writer, records.collect()).await;
            if n % 7 == 0 {
                sweeper.sweep(at(n - 5)).await.unwrap();
            }
        }
    });
    let cases = UseCases::over(&storage);
    while !writing.is_finished() {
        assert_eq!(cases.verify(&[]).await.findings, []);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    writing.await.unwrap();
    assert_eq!(cases.verify(&[]).await.findings, []);
    assert!(entries(&*storage, chain).await.first().unwrap().sequence > 1, "something was deleted");
}
