//! What an authentication costs that the cache answers, on few and many threads, and what a notice costs when the cache
//! is full: `cargo bench -p tenancy-domain`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what fails here ends it, and figures are what it is for"
)]

use std::{
    collections::HashMap,
    hint::black_box,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, DisplayName, Error, ResourceType, Timestamp,
    api_keys::{
        ApiKey, ApiKeyFilter, ApiKeyRepository, ApiKeySecret, Authenticator, Credential, CredentialCache,
        CredentialNotice, Credentials, KeyUsage, NewApiKey, SecretHash,
    },
    authorization::{Scope, Scopes, TenantScope},
    owners::{Owner, OwnerRef, OwnerState},
    pagination::{Page, PageRequest},
    ports::{Clock, SecretSource},
};
use uuid::Uuid;

/// As many as a full cache holds, or more.
const KEYS: u64 = 70_000;
/// How many of them are in use.
const IN_USE: usize = 1_000;
const AUTHENTICATIONS: usize = 2_000_000;

fn main() {
    let storage = Arc::new(Storage::default());
    let cache = Arc::new(CredentialCache::new());
    cache.trust_always();
    let credentials = Credentials::cached(Arc::clone(&storage) as _, Arc::clone(&cache));
    let authenticator = Authenticator::new(credentials, Arc::new(MachineClock), Arc::new(KeyUsage::new()));

    let secrets: Vec<String> = (0..KEYS).map(|number| storage.add(number)).collect();
    for secret in &secrets {
        authenticate(&authenticator, secret);
    }
    let secrets = Arc::new(secrets);
    println!("{KEYS} keys shown, {IN_USE} of them in use");
    for (what, in_use) in [("one key", 1), ("many keys", IN_USE)] {
        for threads in [1, 2, 8, 64] {
            let each = time(&authenticator, &secrets, in_use, threads);
            println!("{what}, {threads:2} threads: {:.0} ns an authentication", each.as_secs_f64() * 1e9);
        }
    }
    let nobody = CredentialNotice::ApiKey(ApiKeyId::new(Uuid::nil()));
    let begin = Instant::now();
    for _ in 0..100 {
        cache.forget(&[nobody]);
    }
    println!("a notice, the cache being full: {:.0} µs", begin.elapsed().as_secs_f64() / 100.0 * 1e6);
}

/// The time of one authentication, times the processors that are busy with it, over the last `in_use` keys.
fn time(authenticator: &Authenticator, secrets: &Arc<Vec<String>>, in_use: usize, threads: usize) -> Duration {
    let begin = Instant::now();
    let running: Vec<_> = (0..threads)
        .map(|thread| {
            let (authenticator, secrets) = (authenticator.clone(), Arc::clone(secrets));
            thread::spawn(move || {
                let in_use = &secrets[secrets.len() - in_use..];
                for n in 0..AUTHENTICATIONS / threads {
                    authenticate(&authenticator, black_box(&in_use[(n + thread * 17) % in_use.len()]));
                }
            })
        })
        .collect();
    for thread in running {
        thread.join().unwrap();
    }
    let busy = thread::available_parallelism().unwrap().get().min(threads);
    begin.elapsed() * u32::try_from(busy).unwrap() / u32::try_from(AUTHENTICATIONS).unwrap()
}

fn authenticate(authenticator: &Authenticator, secret: &str) {
    let authentication = pin!(authenticator.authenticate(secret));
    match authentication.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => drop(answer.unwrap().unwrap()),
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        time::OffsetDateTime::now_utc().into()
    }
}

/// Counts where others are random.
#[derive(Default)]
struct Storage {
    rows: Mutex<HashMap<SecretHash, Credential>>,
    bytes: AtomicU64,
}

impl Storage {
    /// Adds a key, and gives its secret.
    fn add(&self, number: u64) -> String {
        let secret = ApiKeySecret::generate(self).unwrap();
        let new = NewApiKey {
            name: DisplayName::parse("a service of ours").unwrap(),
            owner: OwnerRef::System,
            scopes: Scopes::new(["admin:read", "billing"].map(|text| Scope::parse(text).unwrap())).unwrap(),
            expires_at: None,
        };
        let id = ApiKeyId::new(Uuid::from_u64_pair(7, number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let key = ApiKey::create(id, Owner::System, new, secret.prefix(), Timestamp::MIN);
        let credential = Credential { key, valid_until: None, owner_state: OwnerState::Active };
        self.rows.lock().unwrap().insert(secret.hash(), credential);
        secret.expose().to_owned()
    }
}

impl SecretSource for Storage {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.bytes.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).rotate_left(29) ^ 0x5555;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[async_trait]
impl ApiKeyRepository for Storage {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        Ok(self.rows.lock().unwrap().get(hash).cloned())
    }

    async fn find_api_key(&self, _: TenantScope, _: ApiKeyId) -> Result<ApiKey, Error> {
        Err(Error::NotFound(ResourceType::ApiKey))
    }

    async fn list_api_keys(
        &self,
        _: TenantScope,
        _: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        Ok(Page::from_travel(request, Vec::new(), false))
    }

    async fn record_api_key_uses(&self, _: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        Ok(())
    }
}
