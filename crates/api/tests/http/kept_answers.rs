//! Answers that are kept, as time goes by.

use serde_json::json;
use tenancy_domain::Timestamp;
use tenancy_testing::{
    doubles::FixedClock,
    http::{Answer, fixtures::USERS},
};

use crate::support::{Options, Running};

#[test]
fn an_answer_is_kept_for_a_day() {
    let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
    let clock = FixedClock::new(at("2024-01-01T00:00:00Z"));
    let running = Running::start_with(&Options { clock: Some(clock.clone()), ..Options::default() });
    let create = |external_id: &str| -> Answer {
        let new = json!({"external_id": external_id});
        running.service.request("POST", USERS).header("Idempotency-Key", "make").json(&new).send()
    };
    let made = create("ada").expect(201);
    clock.set(at("2024-01-01T23:59:59.999Z"));
    assert_eq!(create("ada").expect(201), made);
    create("bob").expect_error(422, "idempotency_key_reused", None);

    clock.set(at("2024-01-02T00:00:00Z"));
    // It is forgotten: the same request is a new one, and the key is free for any other.
    create("ada").expect_error(409, "conflict", Some("external_id"));
    let other = create("bob");
    assert_eq!((other.expect(201)["external_id"].as_str(), other.header("idempotency-replayed")), (Some("bob"), None));
}
