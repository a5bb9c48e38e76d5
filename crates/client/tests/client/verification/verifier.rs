//! The verifier itself.

use std::time::Duration;

use serde_json::json;
use tenancy_client::{
    Client, Error, ErrorCode,
    types::{
        api_keys::{CreateApiKey, UpdateApiKey},
        organizations::CreateOrganization,
        owner::Owner,
        verification::VerificationCode,
    },
    verify::{CacheBounds, Refusal, Verifier},
};

use super::{KEY_ID, invalid, tenancy, valid};
use crate::{
    client,
    script::{Script, answer, refusal},
    service,
};

#[tokio::test]
async fn a_caller_is_whose_key_it_is() {
    let service = service::start();
    let client = Client::new(&service.url, service.key.as_str()).unwrap();
    let org_id = client.organizations().create(&CreateOrganization::new("acme", "Acme")).await.unwrap().id;
    let new = CreateApiKey::new("ci", Owner::Organization { org_id }).with_scopes(["billing", "shipping"]);
    let issued = client.api_keys().create(&new).await.unwrap();

    let verifier = Verifier::new(client.clone());
    let caller = verifier.authenticate(issued.key.expose(), Some("billing")).await.unwrap();
    assert_eq!((caller.key_id(), caller.org_id()), (issued.api_key.id, Some(org_id)));
    assert_eq!((caller.owner(), caller.project_id(), caller.user_id()), (new.owner, None, None));
    assert_eq!(
        (caller.scopes(), caller.expires_at()),
        (["billing", "shipping"].map(ToOwned::to_owned).as_slice(), None)
    );
    assert!(caller.has_scope("shipping") && !caller.has_scope("ship"));
    let lacking = verifier.authenticate(issued.key.expose(), Some("cooking")).await.unwrap_err();
    assert!(matches!(lacking, Refusal::InsufficientScope), "{lacking}");

    client.api_keys().update(issued.api_key.id, &UpdateApiKey::default()).await.unwrap();
    client.api_keys().revoke(issued.api_key.id).await.unwrap();
    let revoked = verifier.authenticate(issued.key.expose(), None).await.unwrap_err();
    assert!(matches!(revoked, Refusal::Invalid(VerificationCode::Revoked)), "{revoked}");
}

#[tokio::test]
async fn why_nobody_is_let_in_is_told_apart() {
    let script = Script::of([
        answer(200, &invalid("expired")),
        answer(200, &invalid("of_a_newer_service")),
        refusal(403, "forbidden"),
        // Neither is a verification that one may rely on.
        answer(200, &json!({"valid": true, "code": "valid", "key_id": KEY_ID})),
        answer(200, &json!({"valid": true, "code": "revoked"})),
    ]);
    let verifier = Verifier::new(client(&script.url));
    let ask = || verifier.authenticate("tny_x", None);
    assert!(matches!(ask().await, Err(Refusal::Invalid(VerificationCode::Expired))));
    assert!(matches!(ask().await, Err(Refusal::Invalid(VerificationCode::Other))));
    // That this service's own key is not good enough is not the caller's fault.
    let Err(Refusal::Unavailable(Error::Service(own))) = ask().await else { panic!() };
    assert_eq!(own.code(), Some(ErrorCode::Forbidden));
    for _ in 0..2 {
        assert!(matches!(ask().await, Err(Refusal::Unavailable(Error::Decode(_)))));
    }
}

#[tokio::test]
async fn without_a_cache_each_caller_is_asked_for() {
    let script = tenancy();
    let verifier = Verifier::new(client(&script.url));
    for _ in 0..3 {
        verifier.authenticate("tny_good", None).await.unwrap();
    }
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test]
async fn valid_keys_are_kept_and_nothing_else() {
    let script = tenancy();
    let verifier = Verifier::new(client(&script.url)).cached(CacheBounds::default().max_age(CacheBounds::LONGEST));
    let count = || script.asked().len();
    for _ in 0..3 {
        verifier.authenticate("tny_good", None).await.unwrap();
        verifier.clone().authenticate("tny_good", Some("billing")).await.unwrap();
    }
    // Once without a scope, and once with one.
    assert_eq!(count(), 2);
    for _ in 0..3 {
        verifier.authenticate("tny_bad", None).await.unwrap_err();
        verifier.authenticate("tny_good", Some("shipping")).await.unwrap_err();
    }
    assert_eq!(count(), 8);
    verifier.forget();
    verifier.authenticate("tny_good", None).await.unwrap();
    assert_eq!(count(), 9);
}

#[tokio::test]
async fn what_is_kept_is_used_for_so_long_and_asked_for_again_beside_the_requests() {
    let script = Script::of([
        answer(200, &valid()),
        // Asked for again in the last quarter: it goes on.
        answer(200, &valid()),
        answer(200, &invalid("revoked")),
    ]);
    let verifier =
        Verifier::new(client(&script.url)).cached(CacheBounds::default().max_age(Duration::from_millis(800)));
    let ask = || verifier.authenticate("tny_x", None);
    let sleep = |milliseconds| tokio::time::sleep(Duration::from_millis(milliseconds));

    ask().await.unwrap();
    sleep(650).await;
    for _ in 0..10 {
        ask().await.unwrap();
    }
    sleep(300).await;
    // The first answer would have ended by now.
    ask().await.unwrap();
    assert_eq!(script.asked().len(), 2);
    sleep(900).await;
    assert!(matches!(ask().await, Err(Refusal::Invalid(VerificationCode::Revoked))));
}

#[tokio::test]
async fn while_the_service_is_away_what_is_kept_is_used_to_its_end() {
    let script = Script::of([answer(200, &valid()), refusal(500, "internal_error"), refusal(500, "internal_error")]);
    let verifier =
        Verifier::new(client(&script.url)).cached(CacheBounds::default().max_age(Duration::from_millis(800)));
    let ask = || verifier.authenticate("tny_x", None);
    ask().await.unwrap();
    tokio::time::sleep(Duration::from_millis(650)).await;
    ask().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(matches!(ask().await, Err(Refusal::Unavailable(_))));
}

#[tokio::test]
async fn no_secret_is_printed() {
    let script = tenancy();
    let verifier = Verifier::new(client(&script.url)).cached(CacheBounds::default());
    let caller = verifier.authenticate("tny_good", None).await.unwrap();
    assert!(!format!("{verifier:?} {caller:?}").contains("tny_"));
}
