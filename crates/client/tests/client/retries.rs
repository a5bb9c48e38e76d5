//! What is sent again, when, and how often.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::json;
use tenancy_client::{
    Client, ErrorCode, RetryPolicy,
    types::{
        organizations::{CreateOrganization, UpdateOrganization},
        verification::VerifyApiKey,
    },
};

use crate::{
    client, quick,
    script::{Script, Step, answer, refusal},
};

fn organization() -> Step {
    answer(
        200,
        &json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "slug": "acme", "name": "Acme",
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
        }),
    )
}

fn new() -> CreateOrganization {
    CreateOrganization::new("acme", "Acme")
}

#[tokio::test]
async fn a_read_is_sent_again_whatever_became_of_it() {
    for failure in [
        Step::Hang,
        Step::Close,
        Step::BreakOff,
        refusal(408, "request_timeout"),
        refusal(429, "rate_limited"),
        refusal(503, "unavailable"),
        Step::Answer(502, vec![], "<html>".to_owned()),
        Step::Answer(504, vec![], String::new()),
    ] {
        let script = Script::of([failure.clone(), organization()]);
        client(&script.url).organizations().get("acme").await.unwrap_or_else(|error| panic!("{failure:?}: {error}"));
        let ids: Vec<_> = script.asked().iter().map(|asked| asked.header("x-request-id").unwrap().to_owned()).collect();
        assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_so_is_a_failure_of_the_service() {
    for (status, code) in [(400, "bad_request"), (401, "invalid_api_key"), (404, "not_found"), (500, "internal_error")]
    {
        let script = Script::of([refusal(status, code), organization()]);
        let error = client(&script.url).organizations().get("acme").await.unwrap_err();
        assert_eq!((error.status(), script.asked().len()), (Some(status), 1));
    }
}

#[tokio::test]
async fn a_post_is_sent_again_with_the_same_idempotency_key_of_its_own() {
    let script = Script::of([
        Step::Close,
        refusal(503, "unavailable"),
        organization().with("Idempotency-Replayed", "true"),
        organization(),
        organization(),
    ]);
    let organizations = client(&script.url).organizations();
    assert!(organizations.create(&new()).await.unwrap().is_replayed());
    assert!(!organizations.create(&new()).await.unwrap().is_replayed());
    organizations.create(&new()).idempotency_key("mine").await.unwrap();

    let keys: Vec<_> = script.asked().iter().map(|asked| asked.header("idempotency-key").unwrap().to_owned()).collect();
    assert!(keys[0].len() == 36 && keys[0] == keys[1] && keys[1] == keys[2], "{keys:?}");
    assert!(keys[3] != keys[0] && keys[4] == "mine", "{keys:?}");
    assert!(script.asked().iter().all(|asked| asked.body == script.asked()[0].body));
}

#[tokio::test]
async fn a_verification_is_sent_again_without_a_key() {
    let valid = json!({"valid": false, "code": "unknown"});
    let script = Script::of([Step::Close, answer(200, &valid)]);
    client(&script.url).api_keys().verify(&VerifyApiKey::new("tny_x")).await.unwrap();
    assert!(script.asked().len() == 2 && script.asked().iter().all(|asked| asked.header("idempotency-key").is_none()));
}

#[tokio::test]
async fn a_change_is_sent_again_only_where_it_was_certainly_not_carried_out() {
    let changes = UpdateOrganization { name: Some("Acme".to_owned()), ..UpdateOrganization::default() };
    for (failure, attempts) in [
        (refusal(429, "rate_limited"), 2),
        (refusal(408, "request_timeout"), 2),
        (refusal(503, "unavailable"), 1),
        (Step::Close, 1),
        (Step::Hang, 1),
    ] {
        for is_change in [true, false] {
            let script = Script::of([failure.clone(), organization()]);
            let organizations = client(&script.url).organizations();
            let outcome = if is_change {
                organizations.update("acme", &changes).await
            } else {
                organizations.delete("acme").await
            };
            assert_eq!(outcome.is_ok(), attempts == 2, "{failure:?}");
            assert_eq!(script.asked().len(), attempts, "{failure:?}");
        }
    }
}

#[tokio::test]
async fn a_dry_run_is_sent_again_whatever_became_of_it() {
    let affected =
        json!({"organizations": 1, "projects": 2, "users": 0, "memberships": 3, "api_keys": 4, "dynamic_providers": 0});
    let script = Script::of([Step::Close, answer(200, &json!({"dry_run": true, "affected": affected}))]);
    let told = client(&script.url).organizations().delete("acme").dry_run().await.unwrap();
    assert_eq!((told.affected.projects, told.affected.api_keys), (2, 4));
    assert!(script.asked().iter().all(|asked| asked.target.ends_with("/acme?dry_run=true")));
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_tried_again_for_a_change_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let retry = RetryPolicy::default().first_pause(Duration::from_millis(40)).retries(2);
    let client = quick(&format!("http://{address}")).retry(retry).build().unwrap();
    let begin = Instant::now();
    assert!(client.organizations().delete("acme").await.unwrap_err().is_connect());
    // Half of 40 ms, and half of 80, at least.
    assert!(begin.elapsed() >= Duration::from_millis(60), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn it_ends_with_the_last_error_after_so_many_retries() {
    let script = Script::of(std::iter::repeat_n(refusal(503, "unavailable"), 10));
    let error = client(&script.url).organizations().get("acme").await.unwrap_err();
    assert_eq!((error.code(), script.asked().len()), (Some(ErrorCode::Unavailable), 4));

    let script = Script::of(std::iter::repeat_n(refusal(503, "unavailable"), 10));
    client(&script.url).organizations().get("acme").without_retries().await.unwrap_err();
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test]
async fn pauses_grow() {
    let script = Script::of(std::iter::repeat_n(refusal(503, "unavailable"), 10));
    let retry = RetryPolicy::default().first_pause(Duration::from_millis(40));
    quick(&script.url).retry(retry).build().unwrap().organizations().get("acme").await.unwrap_err();
    let asked = script.asked();
    let pauses: Vec<_> = asked.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    for (pause, least) in pauses.iter().zip([20, 40, 80]) {
        assert!(*pause >= Duration::from_millis(least), "{pauses:?}");
    }
}

#[tokio::test]
async fn who_is_told_when_to_come_again_comes_no_earlier() {
    let script = Script::of([refusal(429, "rate_limited").with("Retry-After", "1"), organization()]);
    client(&script.url).organizations().get("acme").await.unwrap();
    let asked = script.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn what_takes_longer_than_the_total_time_is_not_waited_for() {
    let script = Script::of([refusal(503, "unavailable").with("Retry-After", "3600"), organization()]);
    let begin = Instant::now();
    let error = client(&script.url).organizations().get("acme").await.unwrap_err();
    assert_eq!((error.retry_after(), script.asked().len()), (Some(Duration::from_hours(1)), 1));
    assert!(begin.elapsed() < Duration::from_secs(5));

    let script = Script::of([]);
    let retry = RetryPolicy::default().retries(1_000).total_time(Duration::from_millis(500));
    let client = Client::builder(&script.url).timeout(Duration::from_millis(200)).retry(retry).build().unwrap();
    let begin = Instant::now();
    assert!(client.me().await.unwrap_err().is_timeout());
    assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_check_of_health_is_told_as_it_is() {
    let script = Script::of([refusal(503, "unavailable"), answer(200, &json!({"status": "ok"}))]);
    let operations = client(&script.url).operations();
    assert_eq!(operations.readyz().await.unwrap_err().code(), Some(ErrorCode::Unavailable));
    operations.readyz().await.unwrap();
}
