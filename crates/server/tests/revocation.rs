//! A key that was revoked is let in no more: two real services on one PostgreSQL, with a cache and without.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what fails here fails a test, and the figures are to be seen"
)]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{Installation, KEY, Service};
use tenancy_testing::postgres::{Proxy, fresh_database, is_left_out};

/// How many keys are revoked.
const REVOCATIONS: usize = 50;
/// How long a service that is cut off may let a revoked key in.
const BOUND: Duration = Duration::from_secs(5);

/// Two services on one database, each with a way of its own to it.
struct Pair {
    services: [Service; 2],
    _installations: [Installation; 2],
    client: reqwest::Client,
}

/// A key and its secret.
struct Issued {
    id: String,
    secret: String,
}

/// When requests with one key were sent that were let in.
struct Accepted(Vec<Instant>);

impl Pair {
    fn start(urls: [String; 2], auth_cache: &str) -> Self {
        let installations = urls.map(|url| {
            Installation::on_postgres(url)
                .with("TENANCY_BOOTSTRAP_KEY", KEY)
                .with("TENANCY_AUTH_CACHE", auth_cache)
                // They are shown what is refused as fast as it goes.
                .with("TENANCY_RATE_LIMIT_AUTH_FAILURES", "0")
        });
        let services = [installations[0].start(), installations[1].start()];
        Self { services, _installations: installations, client: support::http_client() }
    }

    /// A pair that uses its caches.
    async fn with_caches_in_use(urls: [String; 2]) -> Arc<Self> {
        let pair = Self::start(urls, "on");
        let begin = Instant::now();
        while !pair.services.iter().all(|service| service.log().contains("authentications are cached")) {
            assert!(begin.elapsed() < 4 * BOUND, "{}", pair.services[1].log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Arc::new(pair)
    }

    async fn ask(&self, service: usize, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/admin/v1{path}", self.services[service].base_url());
        let request = self.client.request(method.parse().unwrap(), url).bearer_auth(KEY).json(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        answer.json().await.unwrap()
    }

    async fn issue(&self) -> Issued {
        let made = self.ask(0, "POST", "/api-keys", &json!({"name": "key", "owner": {"type": "system"}})).await;
        let text = |member: &str| made[member].as_str().unwrap().to_owned();
        Issued { id: text("id"), secret: text("key") }
    }

    /// Revokes a key by way of `service`, and gives when that was answered.
    async fn revoke(&self, service: usize, issued: &Issued) -> Instant {
        self.ask(service, "DELETE", &format!("/api-keys/{}", issued.id), &json!({})).await;
        Instant::now()
    }

    /// Whether `service` lets `secret` in.
    async fn accepts(&self, service: usize, secret: &str) -> bool {
        let url = format!("{}/admin/v1/me", self.services[service].base_url());
        let answer = self.client.get(url).bearer_auth(secret).send().await.unwrap();
        match answer.status().as_u16() {
            200 => true,
            401 => false,
            other => panic!("{other}: {}", answer.text().await.unwrap()),
        }
    }

    /// Shows a key without a pause until `is_over`, and for as long as it is let in. Counts in `uses` how often it was.
    async fn show(&self, service: usize, issued: &Issued, uses: &AtomicUsize, is_over: &AtomicBool) -> Accepted {
        let mut accepted = Accepted(Vec::new());
        loop {
            let (was_over, sent) = (is_over.load(Ordering::SeqCst), Instant::now());
            if self.accepts(service, &issued.secret).await {
                accepted.0.push(sent);
                uses.fetch_add(1, Ordering::SeqCst);
                assert!(accepted.0[0].elapsed() < 4 * BOUND, "it is let in for good");
            } else if was_over {
                return accepted;
            }
        }
    }

    /// Revokes a key by way of `service` while both let it in. Gives, for each of the two, when the last request with it
    /// that was let in was sent, after the answer to the revocation; zero where none was.
    async fn revoke_in_use(self: &Arc<Self>, service: usize) -> [Duration; 2] {
        let issued = Arc::new(self.issue().await);
        let is_over = Arc::new(AtomicBool::new(false));
        let uses = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let showing = [0, 1].map(|service| {
            let (pair, issued, is_over) = (Arc::clone(self), Arc::clone(&issued), Arc::clone(&is_over));
            let uses = Arc::clone(&uses);
            tokio::spawn(async move { pair.show(service, &issued, &uses[service], &is_over).await })
        });
        // Before it is revoked it is in use on both.
        while uses.iter().any(|uses| uses.load(Ordering::SeqCst) < 2) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let answered = self.revoke(service, &issued).await;
        is_over.store(true, Ordering::SeqCst);
        let mut after = [Duration::ZERO; 2];
        for (after, showing) in after.iter_mut().zip(showing) {
            let accepted = showing.await.unwrap().0;
            *after = accepted.last().unwrap().saturating_duration_since(answered);
        }
        after
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_cache_it_is_refused_at_once_where_it_was_revoked_and_soon_elsewhere() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let pair = Pair::with_caches_in_use([url.clone(), url]).await;
    let mut elsewhere = Vec::new();
    for n in 0..REVOCATIONS {
        let (here, there) = (n % 2, 1 - n % 2);
        let after = pair.revoke_in_use(here).await;
        assert_eq!(after[here], Duration::ZERO, "let in by the service that has answered");
        elsewhere.push(after[there]);
    }
    elsewhere.sort_unstable();
    let (median, last) = (elsewhere[REVOCATIONS / 2], elsewhere[REVOCATIONS - 1]);
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1e3;
    println!(
        "{REVOCATIONS} revocations: the last request that was let in elsewhere was sent {:.1} ms after the answer at \
         most, {:.1} ms in the median",
        milliseconds(last),
        milliseconds(median),
    );
    assert!(last < BOUND, "{elsewhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cache_it_is_refused_at_once_everywhere() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let pair = Arc::new(Pair::start([url.clone(), url], "off"));
    for n in 0..REVOCATIONS {
        assert_eq!(pair.revoke_in_use(n % 2).await, [Duration::ZERO; 2]);
    }
}

/// The connection over which a service hears of the others is cut in silence; all others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_cut_off_refuses_it_after_five_seconds() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let proxy = Proxy::to(&url).unwrap();
    let pair = Pair::with_caches_in_use([url, proxy.url().to_owned()]).await;
    let (is_over, uses) = (AtomicBool::new(false), AtomicUsize::new(0));
    let issued = pair.issue().await;
    let (accepted, answered) = tokio::join!(pair.show(1, &issued, &uses, &is_over), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        proxy.silence();
        let answered = pair.revoke(0, &issued).await;
        tokio::time::sleep(BOUND + Duration::from_secs(1)).await;
        is_over.store(true, Ordering::SeqCst);
        answered
    });
    let after = accepted.0.last().unwrap().saturating_duration_since(answered);
    println!("the last request that was let in by the service that was cut off came {after:.1?} after the answer");
    assert!(proxy.kept_back() > 0 && after > Duration::from_secs(1), "it was not cut off: {after:?}");
    assert!(after < BOUND, "{after:?}");
    assert!(pair.accepts(1, KEY).await, "it asks the database");
    let log = pair.services[1].log();
    assert!(log.contains("each request asks the database"), "{log}");
}
