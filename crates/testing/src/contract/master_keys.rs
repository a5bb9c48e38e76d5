//! The rules of `MasterKeyRepository`.

use std::sync::Arc;

use tenancy_domain::{
    Timestamp,
    sealing::{KnownMasterKey, MasterKeyId},
};

use super::{Storage, steps::at};

/// The master key with this id, as the one with this number.
pub(super) fn master_key(id: u64, number: i64) -> KnownMasterKey {
    let id = MasterKeyId::new(id.to_be_bytes());
    KnownMasterKey { id, number, check_value: b"\0check\xff".to_vec(), created_at: at(0) }
}

/// All of them are listed by number, in whatever order they were added; each as it was.
pub async fn come_back_as_they_were_by_number(storage: Arc<dyn Storage>) {
    assert_eq!(storage.master_keys().await.unwrap(), []);
    let first = KnownMasterKey { check_value: (0..=255).collect(), created_at: Timestamp::MIN, ..master_key(7, 1) };
    let second = KnownMasterKey { check_value: vec![], created_at: Timestamp::MAX, ..master_key(0, 2) };
    let last = master_key(u64::MAX, i64::MAX);
    for key in [&last, &first, &second] {
        storage.add_master_key(key).await.unwrap();
    }
    assert_eq!(storage.master_keys().await.unwrap(), [first, second, last]);
}

/// One whose id or number is taken is not added, and changes nothing.
pub async fn a_taken_id_or_number_is_left_as_it_is(storage: Arc<dyn Storage>) {
    let known = master_key(1, 1);
    storage.add_master_key(&known).await.unwrap();
    let changed = KnownMasterKey { check_value: vec![1], ..known.clone() };
    for other in [changed, master_key(1, 2), master_key(2, 1)] {
        storage.add_master_key(&other).await.unwrap();
        assert_eq!(storage.master_keys().await.unwrap(), std::slice::from_ref(&known));
    }
    storage.add_master_key(&master_key(2, 2)).await.unwrap();
    assert_eq!(storage.master_keys().await.unwrap(), [known, master_key(2, 2)]);
}
