//! New secrets for old ones.

use serde_json::{Value, json};
use tenancy_testing::http::{
    Answer, Service,
    fixtures::{issue, key_path, lets_in, secret, system_key, text, without_secret},
};

use super::{at_2024, time};

fn rotate(service: &Service, key: &Value, body: &Value) -> Answer {
    service.request("POST", &format!("{}/rotate", key_path(key))).json(body).send()
}

#[test]
fn the_former_secret_works_until_the_grace_ends() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let issued = system_key(service, &["admin:read"]);
    let rotated = rotate(service, &issued, &json!({"grace_period_seconds": 60})).expect(201);
    assert_ne!(secret(&rotated), secret(&issued));
    let mut expected = issued.clone();
    expected["key"] = rotated["key"].clone();
    expected["key_prefix"] = json!(secret(&rotated)[4..12]);
    expected["rotated_at"] = json!("2024-01-01T00:00:00.000Z");
    expected["rotation_grace_until"] = json!("2024-01-01T00:01:00.000Z");
    assert_eq!(rotated, expected);
    assert_eq!(service.get(&key_path(&issued)).send().expect(200), without_secret(&rotated));

    clock.set(time("2024-01-01T00:00:59.999Z"));
    assert!(lets_in(service, secret(&issued)) && lets_in(service, secret(&rotated)));
    clock.set(time("2024-01-01T00:01:00Z"));
    assert!(!lets_in(service, secret(&issued)) && lets_in(service, secret(&rotated)));
}

#[test]
fn no_body_stands_for_an_empty_object() {
    let (running, clock) = at_2024();
    let service = &running.service;
    for (minute, content_type) in [None, Some("application/json"), Some("text/plain")].into_iter().enumerate() {
        clock.set(time(&format!("2024-01-01T00:0{minute}:00Z")));
        let issued = system_key(service, &[]);
        let request = service.request("POST", &format!("{}/rotate", key_path(&issued)));
        let request = match content_type {
            None => request,
            Some(content_type) => request.body(content_type, ""),
        };
        let rotated = request.send().expect(201);
        assert_eq!(text(&rotated, "rotation_grace_until"), format!("2024-01-02T00:0{minute}:00.000Z"));
    }
}

#[test]
fn what_works_no_more_is_not_rotated() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let revoked = system_key(service, &[]);
    service.request("DELETE", &key_path(&revoked)).send().expect(200);
    let new = json!({"name": "ci", "owner": {"type": "system"}, "expires_at": "2024-01-01T00:00:01Z"});
    let expired = issue(service, &new);
    clock.set(time("2024-01-01T00:00:01Z"));
    for key in [&revoked, &expired] {
        rotate(service, key, &json!({"grace_period_seconds": 0})).expect_error(409, "conflict", None);
    }
}
