//! What the cache promises, and the moments at which it could go wrong, one after another.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{Mutex, atomic::AtomicBool},
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use uuid::Uuid;

use super::{super::*, *};
use crate::{
    authorization::{Scopes, TenantScope},
    display_name::DisplayName,
    error::Error,
    ids::{ApiKeyId, OrganizationId, ProjectId, UserId},
    owners::{Owner, OwnerState},
    pagination::{Page, PageRequest},
    timestamp::Timestamp,
};

const ORGANIZATION: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
const PROJECT: ProjectId = ProjectId::new(Uuid::from_u128(2));
const USER: UserId = UserId::new(Uuid::from_u128(3));

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(milliseconds).unwrap()
}

/// The hash of the `number`th secret.
fn hash(number: u32) -> SecretHash {
    SecretHash::of(&number.to_string())
}

/// The credential of the `number`th key, which is `owner`'s.
fn credential_of(number: u32, owner: Owner) -> Credential {
    let new = NewApiKey {
        name: DisplayName::parse("key").unwrap(),
        owner: owner.into(),
        scopes: Scopes::all(),
        expires_at: None,
    };
    let id = ApiKeyId::new(Uuid::from_u128(u128::from(number)));
    let key = ApiKey::create(id, owner, new, KeyPrefix::parse("abcdefgh").unwrap(), at(0));
    Credential { key, valid_until: None, owner_state: OwnerState::Active }
}

fn credential(number: u32) -> Credential {
    credential_of(number, Owner::System)
}

fn id(number: u32) -> ApiKeyId {
    credential(number).key.id
}

/// A repository whose reads take a while: an answer is the one of the moment at which the read began, and comes when it
/// is let go.
#[derive(Default)]
struct SlowRepository {
    rows: Mutex<HashMap<SecretHash, Credential>>,
    reads: AtomicU64,
    holds: AtomicBool,
}

impl SlowRepository {
    fn put(&self, number: u32, credential: Credential) {
        self.rows.lock().unwrap().insert(hash(number), credential);
    }

    fn hold(&self, holds: bool) {
        self.holds.store(holds, Ordering::SeqCst);
    }

    /// How many reads have begun.
    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ApiKeyRepository for SlowRepository {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = self.rows.lock().unwrap().get(hash).cloned();
        poll_fn(|_| if self.holds.load(Ordering::SeqCst) { Poll::Pending } else { Poll::Ready(()) }).await;
        Ok(found)
    }

    async fn find_api_key(&self, _: TenantScope, _: ApiKeyId) -> Result<ApiKey, Error> {
        unreachable!("authentication asks for credentials alone")
    }

    async fn list_api_keys(&self, _: TenantScope, _: ApiKeyFilter, _: &PageRequest) -> Result<Page<ApiKey>, Error> {
        unreachable!("authentication asks for credentials alone")
    }

    async fn record_api_key_uses(&self, _: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        unreachable!("authentication asks for credentials alone")
    }
}

/// A cache over a slow repository.
struct World {
    repository: Arc<SlowRepository>,
    cache: Arc<CredentialCache>,
    credentials: Credentials,
}

impl World {
    /// One with a trusted cache, in which storage knows of the first key.
    fn new() -> Self {
        let (repository, cache) = (Arc::new(SlowRepository::default()), Arc::new(CredentialCache::new()));
        cache.trust_always();
        repository.put(1, credential(1));
        let credentials = Credentials::cached(Arc::clone(&repository) as _, Arc::clone(&cache));
        Self { repository, cache, credentials }
    }

    /// What is found of the `number`th secret at `now`.
    fn find_at(&self, number: u32, now: Timestamp) -> Option<Credential> {
        let hash = hash(number);
        let found = finish(pin!(self.credentials.find(&hash, now, Instant::now())));
        found.unwrap().map(Arc::unwrap_or_clone)
    }

    fn find(&self, number: u32) -> Option<Credential> {
        self.find_at(number, at(0))
    }

    /// How many reads it takes to find something.
    fn reads_for(&self, number: u32) -> u64 {
        let before = self.repository.reads();
        self.find(number);
        self.repository.reads() - before
    }

    /// The first key is revoked: it is committed, and the cache told.
    fn revoke(&self) {
        let revoked = ApiKey { revoked_at: Some(at(0)), ..credential(1).key };
        self.repository.put(1, Credential { key: revoked, ..credential(1) });
        self.cache.forget(&[CredentialNotice::ApiKey(id(1))]);
    }
}

/// What a future that does not wait comes to.
fn finish<F: Future>(future: Pin<&mut F>) -> F::Output {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn what_lets_in_is_read_once() {
    let world = World::new();
    assert_eq!(world.reads_for(1), 1);
    assert_eq!(world.reads_for(1), 0);
    assert_eq!(world.find(1), Some(credential(1)));
}

#[test]
fn what_is_unknown_is_asked_for_each_time_and_works_once_it_is_there() {
    let world = World::new();
    assert_eq!((world.reads_for(2), world.reads_for(2)), (1, 1));
    world.repository.put(2, credential(2));
    assert_eq!(world.find(2), Some(credential(2)));
}

#[test]
fn what_does_not_let_in_is_asked_for_each_time() {
    let world = World::new();
    let rejected = Credential { owner_state: OwnerState::Deleted, ..credential(1) };
    world.repository.put(1, rejected.clone());
    assert_eq!((world.reads_for(1), world.reads_for(1)), (1, 1));
    assert_eq!(world.find(1), Some(rejected));
    // Its owner is restored, of which nobody tells.
    world.repository.put(1, credential(1));
    assert_eq!(world.find(1), Some(credential(1)));
}

#[test]
fn a_time_that_has_run_out_is_judged_by_storage() {
    let world = World::new();
    let expiring = |end| Credential { valid_until: Some(at(end)), ..credential(1) };
    world.repository.put(1, expiring(10));
    assert_eq!(world.find_at(1, at(9)), Some(expiring(10)));
    // It was given more time, of which the cache has not heard.
    world.repository.put(1, expiring(20));
    assert_eq!(world.find_at(1, at(9)), Some(expiring(10)));
    assert_eq!(world.find_at(1, at(10)), Some(expiring(20)));
    assert_eq!(world.find_at(1, at(10)), Some(expiring(20)));
    assert_eq!(world.repository.reads(), 2);
}

#[test]
fn a_notice_ends_what_it_concerns_and_nothing_else() {
    let owners = [
        Owner::System,
        Owner::Organization(ORGANIZATION),
        Owner::Project { organization: ORGANIZATION, project: PROJECT },
        Owner::User(USER),
    ];
    let other = Uuid::from_u128(99);
    for (notice, ends) in [
        (CredentialNotice::ApiKey(id(0)), [true, false, false, false]),
        (CredentialNotice::Organization(ORGANIZATION), [false, true, true, false]),
        (CredentialNotice::Project(PROJECT), [false, false, true, false]),
        (CredentialNotice::User(USER), [false, false, false, true]),
        (CredentialNotice::All, [true; 4]),
        (CredentialNotice::ApiKey(ApiKeyId::new(other)), [false; 4]),
        (CredentialNotice::Organization(OrganizationId::new(other)), [false; 4]),
        (CredentialNotice::Project(ProjectId::new(other)), [false; 4]),
        (CredentialNotice::User(UserId::new(other)), [false; 4]),
    ] {
        let world = World::new();
        for (number, owner) in (0..).zip(owners) {
            world.repository.put(number, credential_of(number, owner));
            world.find(number);
        }
        world.cache.forget(&[CredentialNotice::ApiKey(ApiKeyId::new(other)), notice]);
        assert_eq!([0, 1, 2, 3].map(|number| world.reads_for(number) == 1), ends, "{notice:?}");
    }
}

/// The read began before the revocation was committed, and its answer comes when the cache was told already.
#[test]
fn what_was_read_before_a_change_is_not_kept_after_it() {
    let world = World::new();
    world.repository.hold(true);
    let hash = hash(1);
    let mut read = pin!(world.credentials.find(&hash, at(0), Instant::now()));
    assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    world.revoke();
    world.repository.hold(false);
    // This one is let in: its read began before.
    assert!(finish(read).unwrap().unwrap().judge(at(0)).is_ok());
    assert_eq!(world.find(1).unwrap().judge(at(0)), Err(Rejection::Revoked));
}

/// The same with a change that concerns another key: what is not kept is merely read again.
#[test]
fn any_change_ends_the_reads_under_way() {
    let world = World::new();
    world.repository.hold(true);
    let hash = hash(1);
    let mut read = pin!(world.credentials.find(&hash, at(0), Instant::now()));
    assert!(read.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    world.cache.forget(&[CredentialNotice::ApiKey(id(2))]);
    world.repository.hold(false);
    finish(read).unwrap();
    assert_eq!((world.reads_for(1), world.reads_for(1)), (1, 0));
}

/// A credential of the old generation is moved to the young one by who finds it; a change in between is not undone.
#[test]
fn what_was_forgotten_does_not_come_back_by_its_use() {
    let world = World::new();
    world.find(1);
    {
        let mut shard = world.cache.shard(&hash(1)).write().unwrap();
        // Other entries take the place of the young generation.
        for number in 0..512 {
            let entry = Entry::new(Arc::new(credential(number)), Instant::now());
            drop(shard.insert(SecretHash::of(&format!("other {number}")), entry));
        }
        assert!(shard.get(&hash(1)).unwrap().is_old);
    }
    world.revoke();
    drop(world.cache.shard(&hash(1)).write().unwrap().renew(&hash(1)));
    assert_eq!(world.find(1).unwrap().judge(at(0)), Err(Rejection::Revoked));
}

#[test]
fn a_cache_that_nobody_trusts_is_not_used() {
    let world = World::new();
    world.find(1);
    world.cache.distrust();
    assert_eq!((world.reads_for(1), world.reads_for(1)), (1, 1));
    world.cache.forget(&[CredentialNotice::All]);
    world.cache.trust_from(Instant::now());
    assert_eq!((world.reads_for(1), world.reads_for(1)), (1, 0));
    assert!(!CredentialCache::new().is_trusted(Instant::now()), "trust comes from storage");
}

#[test]
fn trust_ends_a_while_after_the_moment_it_was_given_for() {
    let cache = CredentialCache::new();
    let begin = Instant::now();
    cache.trust_from(begin);
    let last = (begin + CredentialCache::TRUST).checked_sub(Duration::from_millis(1)).unwrap();
    assert!(cache.is_trusted(last));
    assert!(!cache.is_trusted(begin + CredentialCache::TRUST));
    // What comes late says nothing of later moments.
    cache.trust_from(begin + Duration::from_secs(2));
    cache.trust_from(begin + Duration::from_secs(1));
    assert!(cache.is_trusted(last + Duration::from_secs(2)));
    assert!(!cache.is_trusted(last + Duration::from_millis(2_001)));
    cache.trust_always();
    cache.trust_from(begin);
    assert!(cache.is_trusted(begin + Duration::from_hours(1_000_000)));
    cache.distrust();
    assert!(!cache.is_trusted(begin));
}

#[test]
fn nothing_is_kept_for_more_than_a_minute() {
    let world = World::new();
    let begin = Instant::now();
    let reads_at = |seconds| {
        let (before, hash) = (world.repository.reads(), hash(1));
        finish(pin!(world.credentials.find(&hash, at(0), begin + Duration::from_secs(seconds)))).unwrap();
        world.repository.reads() - before
    };
    assert_eq!([0, 30, 59, 60, 119, 120].map(reads_at), [1, 0, 0, 1, 0, 1]);
}

/// However many keys there are, so many are kept, and those among them that are in use.
#[test]
fn the_cache_is_bounded_and_keeps_what_is_used() {
    const KEYS: u32 = 80_000;

    let world = World::new();
    world.find(1);
    for number in 2..KEYS {
        world.repository.put(number, credential(number));
        world.find(number);
        world.repository.rows.lock().unwrap().remove(&hash(number));
        if number % 1_000 == 0 {
            world.find(1);
        }
    }
    let kept: usize = world.cache.shards.iter().map(|shard| shard.read().unwrap().len()).sum();
    assert!((32_768..=65_536).contains(&kept), "{kept}");
    assert_eq!(world.reads_for(1), 0, "it was used throughout");
    assert_eq!(world.find(2), None, "it was not");
}

#[test]
fn debug_shows_no_hash_and_no_key() {
    let world = World::new();
    world.find(1);
    assert_eq!(format!("{:?}", world.cache), "CredentialCache { .. }");
}
