//! Requests with one key on PostgreSQL, where the second waits for the first, and not for ever.
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![cfg(feature = "postgres")]

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use tenancy_adapters::postgres::PostgresStorage;
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    idempotency::{Ended, Fingerprint, IdempotencyKey, IdempotencyRecord, KeptAnswer, KeyedRequest, run_once},
    unit_of_work::Outcome,
};
use tenancy_testing::postgres::{fresh_database, is_left_out};
use uuid::Uuid;

/// How long the first of two twins takes: longer than the second waits, and not as long as it may.
const LONG: Duration = Duration::from_secs(9);

fn record() -> IdempotencyRecord {
    let request = KeyedRequest {
        caller: ApiKeyId::new(Uuid::nil()),
        organization: None,
        key: IdempotencyKey::parse("key").unwrap(),
        fingerprint: Fingerprint::of([b"request".as_slice()]),
    };
    IdempotencyRecord::begin(Uuid::new_v4(), request, Timestamp::from_unix_milliseconds(0).unwrap())
}

/// Changes nothing, in this time.
async fn answer_once(storage: &PostgresStorage, begun: mpsc::Sender<()>, time: Duration) -> Result<Ended<()>, Error> {
    let answer = KeptAnswer { head: String::new(), body: "answer".to_owned(), secret: None };
    run_once(
        storage,
        record(),
        move |()| Ok((answer, ())),
        move |_| {
            Box::pin(async move {
                begun.send(()).map_err(Error::internal)?;
                tokio::task::block_in_place(|| std::thread::sleep(time));
                Ok(Outcome::Unchanged(()))
            })
        },
    )
    .await
}

/// What the second of two twins comes to, and after what time, where the first takes longer than that.
async fn second_of_two(url: &str) -> (Result<Ended<()>, Error>, Duration) {
    let storage = PostgresStorage::connect(url).await.unwrap();
    storage.migrate().await.unwrap();
    let (begun, wait_begun) = mpsc::channel();
    let shared = storage.clone();
    let first = tokio::spawn(async move { answer_once(&shared, begun, LONG).await });
    tokio::task::block_in_place(|| wait_begun.recv()).unwrap();
    let (unused, _unused) = mpsc::channel();
    let start = Instant::now();
    let second = answer_once(&storage, unused, Duration::ZERO).await;
    let waited = start.elapsed();

    assert_eq!(first.await.unwrap().unwrap(), Ended::Now(()));
    let (unused, _unused) = mpsc::channel();
    let third = answer_once(&storage, unused, Duration::ZERO).await.unwrap();
    assert!(matches!(third, Ended::Before { answer, .. } if answer.body == "answer"));
    (second, waited)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_twin_is_told_so_when_the_first_does_not_end_in_time() {
    if is_left_out() {
        return;
    }
    let (second, waited) = second_of_two(&fresh_database()).await;
    assert!(matches!(second, Err(Error::Conflict(_))), "{second:?}");
    assert!((Duration::from_secs(7)..LONG).contains(&waited), "{waited:?}");
}

/// Where the operator bounds each statement, a twin does not wait longer than that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_twin_waits_no_longer_than_a_statement_may_take() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let separator = if url.contains('?') { '&' } else { '?' };
    let (second, waited) = second_of_two(&format!("{url}{separator}options=-c%20statement_timeout%3D500")).await;
    assert!(matches!(second, Err(Error::Conflict(_))), "{second:?}");
    assert!(waited < Duration::from_secs(5), "{waited:?}");
}
