//! The use case of the master key registry.

use std::sync::Arc;

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    owners::Owner,
    providers::DynamicProvider,
    sealing::{
        Admission, AdmissionError, DataKey, MasterKeyId, MasterKeyRegistry, MasterKeySource, UnsealError,
        WrappedDataKey,
    },
};

use super::{
    Storage,
    master_keys::master_key,
    steps::{
        assert_fails, at, delete, insert, insert_provider, organization, provider, restore, sealed_key, update_provider,
    },
};
use crate::doubles::FixedClock;

/// Master keys that are nothing but their ids. What they wrap is as plain as before: for tests alone.
struct PlainKeys {
    active: MasterKeyId,
    former: Vec<MasterKeyId>,
}

#[async_trait]
impl MasterKeySource for PlainKeys {
    fn active(&self) -> MasterKeyId {
        self.active
    }

    fn knows(&self, id: MasterKeyId) -> bool {
        id == self.active || self.former.contains(&id)
    }

    async fn wrap_key(&self, associated_data: &[u8], data_key: &DataKey) -> Result<WrappedDataKey, Error> {
        let bytes = [self.active.as_bytes(), associated_data, data_key.expose()].concat();
        Ok(WrappedDataKey { master_key_id: self.active, bytes })
    }

    async fn unwrap_key(&self, associated_data: &[u8], wrapped: &WrappedDataKey) -> Result<DataKey, UnsealError> {
        let id = wrapped.master_key_id;
        if !self.knows(id) {
            return Err(UnsealError::UnknownMasterKey(id));
        }
        let data_key = wrapped.bytes.strip_prefix(&[id.as_bytes(), associated_data].concat()[..]);
        data_key.and_then(DataKey::from_bytes).ok_or(UnsealError::Broken)
    }
}

fn id(n: u64) -> MasterKeyId {
    MasterKeyId::new(n.to_be_bytes())
}

/// What a start with these master keys comes to.
pub(super) async fn start(
    storage: &Arc<dyn Storage>,
    active: u64,
    former: &[u64],
) -> Result<Admission, AdmissionError> {
    let keys = PlainKeys { active: id(active), former: former.iter().copied().map(id).collect() };
    let clock = Arc::new(FixedClock::new(at(0)));
    MasterKeyRegistry::new(Arc::clone(storage) as _, Arc::clone(storage) as _, Arc::new(keys), clock).admit().await
}

/// The ids of the known master keys, in their order, which is without gaps.
pub(super) async fn known(storage: &Arc<dyn Storage>) -> Vec<u64> {
    let keys = storage.master_keys().await.unwrap();
    assert!(keys.iter().map(|key| key.number).eq((1..).take(keys.len())), "{keys:?}");
    keys.iter().map(|key| u64::from_be_bytes(*key.id.as_bytes())).collect()
}

/// Whatever a storage is first started with is its master key; another one is then a wrong one.
pub async fn the_first_master_key_is_let_in_and_known_from_then_on(storage: Arc<dyn Storage>) {
    assert_eq!(start(&storage, 1, &[9]).await.unwrap(), Admission::First);
    for former in [&[][..], &[9], &[1]] {
        assert_eq!(start(&storage, 1, former).await.unwrap(), Admission::Known);
    }
    let refusal = start(&storage, 2, &[9]).await.unwrap_err();
    assert!(
        matches!(refusal, AdmissionError::WrongKey { newest, active } if (newest, active) == (id(1), id(2))),
        "{refusal:?}"
    );
    assert_eq!(known(&storage).await, [1]);
}

/// A new master key is let in when the newest known one is at hand as a former one.
pub async fn a_successor_needs_the_one_before_it_at_hand(storage: Arc<dyn Storage>) {
    assert_eq!(start(&storage, 1, &[]).await.unwrap(), Admission::First);
    assert_eq!(start(&storage, 2, &[1]).await.unwrap(), Admission::Successor);
    assert_eq!(start(&storage, 2, &[]).await.unwrap(), Admission::Known);
    // Not the one before the newest.
    assert_fails!(start(&storage, 3, &[1]).await, AdmissionError::WrongKey { .. });
    assert_eq!(start(&storage, 3, &[1, 2]).await.unwrap(), Admission::Successor);
    assert_eq!(known(&storage).await, [1, 2, 3]);
}

/// Who still has a known master key active must have its successor at hand: it opens what others seal.
pub async fn an_outdated_one_needs_its_successor_at_hand(storage: Arc<dyn Storage>) {
    start(&storage, 1, &[]).await.unwrap();
    start(&storage, 2, &[1]).await.unwrap();
    assert_fails!(start(&storage, 1, &[]).await, AdmissionError::WrongKey { .. });
    assert_eq!(start(&storage, 1, &[2]).await.unwrap(), Admission::Known);
    assert_eq!(known(&storage).await, [1, 2]);
}

/// The name alone does not make a master key the right one, be it active or former.
pub async fn a_master_key_that_does_not_open_its_check_value_is_refused(storage: Arc<dyn Storage>) {
    // Nobody wrapped this check value.
    storage.add_master_key(&master_key(1, 1)).await.unwrap();
    for (active, former) in [(1, &[][..]), (2, &[1])] {
        assert_fails!(start(&storage, active, former).await, AdmissionError::NotTheSame(_));
    }
    assert_eq!(known(&storage).await, [1]);
}

/// A former master key is asked for as long as a secret is sealed under it, beneath what is deleted too, and a new one does
/// not come into use without it.
pub async fn a_master_key_that_a_secret_hangs_on_is_asked_for(storage: Arc<dyn Storage>) {
    start(&storage, 1, &[]).await.unwrap();
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let made = provider(Owner::Organization(acme.id), "main");
    insert_provider(&*storage, &made).await.unwrap();
    assert_eq!(start(&storage, 2, &[1]).await.unwrap(), Admission::Successor);
    delete(&*storage, acme.id).await.unwrap();
    for (active, former) in [(2, &[][..]), (3, &[2])] {
        let refusal = start(&storage, active, former).await.unwrap_err();
        let missing = matches!(refusal, AdmissionError::Missing { missing, secrets: 1 } if missing == id(1));
        assert!(missing, "{refusal:?}");
    }
    assert_eq!(start(&storage, 2, &[1]).await.unwrap(), Admission::Known);
    assert_eq!(known(&storage).await, [1, 2]);

    restore(&*storage, acme.id).await.unwrap();
    let change = |provider: &DynamicProvider| DynamicProvider { api_key: Some(sealed_key(2)), ..provider.clone() };
    update_provider(&*storage, made.id, change).await.unwrap();
    assert_eq!(start(&storage, 2, &[]).await.unwrap(), Admission::Known);
    assert_eq!(start(&storage, 3, &[2]).await.unwrap(), Admission::Successor);
}
