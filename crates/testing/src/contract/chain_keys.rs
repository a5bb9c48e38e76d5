//! The rules of `ChainKeyRepository`, and of the use case over it.

use std::sync::Arc;

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    audit_log::{Chain, ChainKey, ChainKeys, ChainMac, Keying, SealedChainKey},
    sealing::{MasterKeyId, SealedSecret, Sealer, SealingContext, SecretText},
};

use super::{
    Storage,
    steps::{SECRETS, assert_fails, at, chain_of, find, find_chain, head, insert, organization, update},
};
use crate::doubles::{FixedClock, PredictableMac};

/// Seals by writing the place and the secret down: for tests alone.
struct PlainSealer {
    active: MasterKeyId,
    former: Vec<MasterKeyId>,
}

fn id(n: u64) -> MasterKeyId {
    MasterKeyId::new(n.to_be_bytes())
}

#[async_trait]
impl Sealer for PlainSealer {
    fn active(&self) -> MasterKeyId {
        self.active
    }

    fn knows(&self, id: MasterKeyId) -> bool {
        id == self.active || self.former.contains(&id)
    }

    async fn seal(&self, context: &SealingContext, secret: &SecretText) -> Result<SealedSecret, Error> {
        let bytes = [&context.associated_data(), secret.expose().as_bytes()].concat();
        Ok(SealedSecret::new(self.active, bytes))
    }

    async fn open(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, Error> {
        let known = sealed.as_bytes().strip_prefix(&context.associated_data()[..]);
        let text = known.filter(|_| self.knows(sealed.master_key_id())).and_then(|text| str::from_utf8(text).ok());
        let text = text.ok_or_else(|| Error::internal(std::io::Error::other("it does not open")))?;
        Ok(SecretText::new(text.to_owned()))
    }

    async fn rewrap(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<Option<SealedSecret>, Error> {
        if sealed.master_key_id() == self.active {
            return Ok(None);
        }
        let secret = self.open(context, sealed).await?;
        self.seal(context, &secret).await.map(Some)
    }
}

fn make_mac(key: &ChainKey) -> Arc<dyn ChainMac> {
    Arc::new(KeyedMac(*key.expose()))
}

/// Authenticates under a key, in a way that is good for tests alone.
struct KeyedMac([u8; ChainKey::LENGTH]);

impl ChainMac for KeyedMac {
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        PredictableMac.mac(&[&self.0[..], message].concat())
    }
}

fn keys(storage: &Arc<dyn Storage>, active: u64, former: &[u64]) -> ChainKeys {
    let former = former.iter().map(|n| id(*n)).collect();
    ChainKeys::new(
        Arc::clone(storage) as _,
        Arc::new(PlainSealer { active: id(active), former }),
        Arc::clone(&SECRETS) as _,
        Arc::new(FixedClock::new(at(7))),
        make_mac,
    )
}

/// Before storage is told what to make its chains with, a unit of work that changes something fails and leaves nothing.
pub async fn without_one_nothing_is_written(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    assert_fails!(insert(&*storage, &acme).await, Error::Internal(_));
    assert_fails!(find(&*storage, acme.id).await, Error::NotFound(_));
    assert_eq!(head(&*storage, chain_of(&acme)).await.sequence, 0);
    storage.use_chain_mac(Arc::new(PredictableMac));
    insert(&*storage, &acme).await.unwrap();
    // Once is for good.
    storage.use_chain_mac(Arc::new(KeyedMac([0; ChainKey::LENGTH])));
    update(&*storage, tenancy_domain::organizations::OrganizationRef::Id(acme.id), Clone::clone).await.unwrap();
    let chain = find_chain(&*storage, chain_of(&acme)).await.unwrap();
    assert!(chain.is_authentic(&PredictableMac));
    assert_eq!(chain.head.sequence, 2);
}

/// Of many instances that start at once on a fresh storage one makes the key, and all of them work with that.
pub async fn the_first_start_makes_one_and_all_others_have_it(storage: Arc<dyn Storage>) {
    assert!(keys(&storage, 1, &[]).find().await.unwrap().is_none());
    let starts = (0..10).map(|_| {
        let keys = keys(&storage, 1, &[]);
        tokio::spawn(async move { keys.open().await })
    });
    let mut first = 0;
    for start in starts.collect::<Vec<_>>() {
        match start.await.unwrap().unwrap() {
            Keying::First { adopted: 0 } => first += 1,
            other => assert_eq!(other, Keying::Known),
        }
    }
    assert_eq!(first, 1);
    let sealed = storage.find_chain_key().await.unwrap().unwrap();
    assert_eq!((sealed.created_at, sealed.sealed.master_key_id()), (at(7), id(1)));

    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let chain = find_chain(&*storage, chain_of(&acme)).await.unwrap();
    let mac = keys(&storage, 1, &[]).find().await.unwrap().unwrap();
    assert!(chain.is_authentic(&*mac));
    assert!(!chain.is_authentic(&PredictableMac));
}

/// A second key is left out, and what replaces one must name it.
pub async fn one_is_added_once(storage: Arc<dyn Storage>) {
    let key = |n: u8| SealedChainKey { sealed: SealedSecret::new(id(n.into()), vec![n; 3]), created_at: at(n.into()) };
    let mac = || Arc::new(PredictableMac);
    assert_eq!(storage.find_chain_key().await.unwrap(), None);
    assert_eq!(storage.add_chain_key(&key(1), mac()).await.unwrap(), Some(0));
    assert_eq!(storage.add_chain_key(&key(2), mac()).await.unwrap(), None);
    assert_eq!(storage.find_chain_key().await.unwrap(), Some(key(1)));
    storage.replace_chain_key(&key(2).sealed, &key(3).sealed).await.unwrap();
    assert_eq!(storage.find_chain_key().await.unwrap(), Some(key(1)));
    storage.replace_chain_key(&key(1).sealed, &key(3).sealed).await.unwrap();
    let replaced = SealedChainKey { created_at: at(1), ..key(3) };
    assert_eq!(storage.find_chain_key().await.unwrap(), Some(replaced));
}

/// The same key is sealed under the active master key at the next start, so that the former one can be put away.
pub async fn one_is_sealed_anew_under_the_next_master_key(storage: Arc<dyn Storage>) {
    assert_eq!(keys(&storage, 1, &[]).open().await.unwrap(), Keying::First { adopted: 0 });
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let chain = find_chain(&*storage, chain_of(&acme)).await.unwrap();
    for (active, former, keying) in
        [(1, vec![2], Keying::Known), (2, vec![1], Keying::Rewrapped), (2, vec![], Keying::Known)]
    {
        let keys = keys(&storage, active, &former);
        assert_eq!(keys.open().await.unwrap(), keying);
        assert!(chain.is_authentic(&*keys.find().await.unwrap().unwrap()));
    }
    assert_eq!(storage.find_chain_key().await.unwrap().unwrap().sealed.master_key_id(), id(2));
}

/// A key that is sealed under a master key that is not at hand, or that is not what was sealed, is no reason to make
/// another one.
pub async fn one_that_does_not_open_stops_the_start(storage: Arc<dyn Storage>) {
    keys(&storage, 1, &[]).open().await.unwrap();
    let sealed = storage.find_chain_key().await.unwrap().unwrap().sealed;
    assert_fails!(keys(&storage, 2, &[]).open().await, Error::Internal(_));
    assert!(matches!(keys(&storage, 2, &[]).find().await, Err(Error::Internal(_))));
    let broken = SealedSecret::new(id(1), sealed.as_bytes()[..sealed.as_bytes().len() - 1].to_vec());
    storage.replace_chain_key(&sealed, &broken).await.unwrap();
    assert_fails!(keys(&storage, 1, &[]).open().await, Error::Internal(_));
    assert_eq!(storage.find_chain_key().await.unwrap().unwrap().sealed, broken);
}

/// What there is when the key is made is taken over as it is: up to its end it is no more than it was, and from there on
/// it is keyed.
pub async fn chains_that_are_there_are_adopted(storage: Arc<dyn Storage>) {
    storage.use_chain_mac(Arc::new(PredictableMac));
    let organizations: Vec<_> = (0..5).map(|n| organization(&format!("acme-{n}"))).collect();
    let mut heads = Vec::new();
    for organization in &organizations {
        insert(&*storage, organization).await.unwrap();
        heads.push(head(&*storage, chain_of(organization)).await);
    }
    let sealed = SealedSecret::new(id(1), vec![1]);
    let mac = Arc::new(KeyedMac([9; ChainKey::LENGTH]));
    let key = SealedChainKey { sealed, created_at: at(0) };
    assert_eq!(storage.add_chain_key(&key, Arc::clone(&mac) as _).await.unwrap(), Some(5));
    for (organization, head) in organizations.iter().zip(heads) {
        let adopted = find_chain(&*storage, chain_of(organization)).await.unwrap();
        assert_eq!(adopted, Chain::adopt(&*mac, chain_of(organization), head));
    }
}
