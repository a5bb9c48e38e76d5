//! What errors carry, and what they keep to themselves.

use std::{error::Error as _, net::TcpListener, time::Duration};

use serde_json::json;
use tenancy_client::{
    Client, Error, ErrorCode, RetryPolicy, TransportErrorKind, types::organizations::CreateOrganization,
};

use crate::{
    KEY, client, quick,
    script::{Script, Step, answer, error},
    service,
};

#[tokio::test]
async fn a_refusal_of_the_service_is_told_whole() {
    let service = service::start();
    let client = Client::new(&service.url, service.key.as_str()).unwrap();
    let organizations = client.organizations();

    let refused =
        organizations.create(&CreateOrganization::new("No Slug", "Acme")).request_id("mine").await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(400), Some(ErrorCode::ValidationError)));
    assert_eq!((refused.param(), refused.request_id()), (Some("slug"), Some("mine")));
    let Error::Service(refused) = refused else { panic!("{refused}") };
    let text = format!("400 validation_error: {} (slug) [request mine]", refused.message());
    assert_eq!(refused.to_string(), text);

    organizations.create(&CreateOrganization::new("acme", "Acme")).await.unwrap();
    let taken = organizations.create(&CreateOrganization::new("acme", "Acme")).await.unwrap_err();
    assert!(taken.is_conflict() && taken.param() == Some("slug"), "{taken}");
    assert!(organizations.get("globex").await.unwrap_err().is_not_found());

    let stranger = client.with_key(KEY).unwrap().me().await.unwrap_err();
    assert_eq!((stranger.status(), stranger.code()), (Some(401), Some(ErrorCode::InvalidApiKey)));
    let nobody = Client::builder(&service.url).build().unwrap();
    assert_eq!(nobody.me().await.unwrap_err().code(), Some(ErrorCode::MissingCredentials));
}

#[tokio::test]
async fn what_is_not_in_the_services_form_is_told_as_far_as_it_goes() {
    let mut newer = error("on_holiday");
    newer["error"]["type"] = json!("calendar_error");
    let script = Script::of([
        answer(409, &newer).with("X-Request-Id", "theirs"),
        Step::Answer(404, vec![], "<html>nginx</html>".to_owned()),
        answer(200, &json!({"id": 1})),
        Step::Answer(302, vec![("Location", "/login".to_owned())], String::new()),
    ]);
    let client = client(&script.url);

    let newer = client.me().await.unwrap_err();
    assert_eq!((newer.status(), newer.code(), newer.request_id()), (Some(409), None, Some("theirs")));
    let Error::Service(newer) = newer else { panic!("{newer}") };
    assert_eq!((newer.code_text(), newer.message()), (Some("on_holiday"), "as it was told to"));

    let proxys = client.me().request_id("mine").await.unwrap_err();
    assert_eq!((proxys.status(), proxys.code(), proxys.request_id()), (Some(404), None, Some("mine")));
    assert_eq!(proxys.to_string(), "404 without a code: Not Found [request mine]");

    let strange = client.me().request_id("mine").await.unwrap_err();
    assert!(strange.is_decode() && strange.request_id() == Some("mine"), "{strange}");
    assert!(strange.to_string().contains("missing field"), "{strange}");

    let elsewhere = client.me().await.unwrap_err();
    assert_eq!(elsewhere.status(), Some(302));
    assert_eq!(script.asked().len(), 4);
}

#[tokio::test]
async fn the_ways_in_which_a_request_is_lost_are_told_apart() {
    let script = Script::of([Step::Hang, Step::Close, Step::BreakOff]);
    let client = quick(&script.url).retry(RetryPolicy::none()).build().unwrap();
    for kind in [TransportErrorKind::Timeout, TransportErrorKind::Broken, TransportErrorKind::Broken] {
        let lost = client.me().request_id("mine").await.unwrap_err();
        assert_eq!((lost.is_timeout(), lost.is_connect()), (kind == TransportErrorKind::Timeout, false), "{lost}");
        assert_eq!(lost.request_id(), Some("mine"));
        let Error::Transport(lost) = lost else { panic!("{lost}") };
        assert_eq!(lost.kind(), kind);
        assert!(lost.source().is_some());
    }

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = quick(&format!("http://{nobody}")).retry(RetryPolicy::none()).build().unwrap();
    assert!(client.me().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_call_has_a_time_out_of_its_own() {
    let script = Script::of([Step::Hang]);
    let client = Client::builder(&script.url).retry(RetryPolicy::none()).build().unwrap();
    let begin = std::time::Instant::now();
    assert!(client.me().timeout(Duration::from_millis(50)).await.unwrap_err().is_timeout());
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let script = Script::of([]);
    let client = client(&script.url);
    let organizations = client.organizations();
    let new = CreateOrganization::new("acme", "Acme");
    let long = "x".repeat(256);
    for call in [
        organizations.create(&new).idempotency_key(""),
        organizations.create(&new).idempotency_key("two words"),
        organizations.create(&new).idempotency_key(&long),
        organizations.create(&new).request_id("ä"),
        organizations.create(&new).request_id(""),
    ] {
        assert!(matches!(call.await, Err(Error::Input(_))));
    }
    for reference in ["", ".", ".."] {
        assert!(matches!(organizations.delete(reference).await, Err(Error::Input(_))), "{reference:?}");
    }
    assert!(script.asked().is_empty());

    for builder in [
        Client::builder("tenancy"),
        Client::builder(&script.url).key("hunter2\n"),
        Client::builder(&script.url).user_agent("ä"),
        Client::builder("https://tenancy").root_certificates(b"none"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(matches!(error, Error::Input(_)) && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn no_secret_is_printed() {
    let script = Script::of([Step::Close, answer(200, &json!({}))]);
    let builder = quick(&script.url).retry(RetryPolicy::none());
    let printed = format!("{builder:?}");
    let client = builder.build().unwrap();
    let call = client.api_keys().verify(&tenancy_client::types::verification::VerifyApiKey::new(KEY));
    let printed = format!("{printed} {client:?} {:?} {call:?} {:?}", client.api_keys(), client.me());
    let lost = client.users().list().email("ada@example.com").page().await.unwrap_err();
    let strange = client.me().await.unwrap_err();
    let printed = format!("{printed} {lost:?} {lost} {strange:?} {strange}");
    assert!(!printed.contains("tny_") && !printed.contains("ada@"), "{printed}");
}
