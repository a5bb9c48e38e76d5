//! New secrets for old ones.

use serde_json::{Value, json};
use tenancy_testing::http::{Answer, Service};

use super::{at_2024, issue, lets_in, path, secret, system_key, text, time, without_secret};
use crate::support::Running;

fn rotate(service: &Service, key: &Value, body: &Value) -> Answer {
    service.request("POST", &format!("{}/rotate", path(key))).json(body).send()
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
    assert_eq!(service.get(&path(&issued)).send().expect(200), without_secret(&rotated));

    clock.set(time("2024-01-01T00:00:59.999Z"));
    assert!(lets_in(service, secret(&issued)) && lets_in(service, secret(&rotated)));
    clock.set(time("2024-01-01T00:01:00Z"));
    assert!(!lets_in(service, secret(&issued)) && lets_in(service, secret(&rotated)));
}

#[test]
fn while_a_grace_runs_only_a_rotation_without_one_is_taken_and_it_ends_all_older_secrets() {
    let running = Running::start();
    let service = &running.service;
    let first = system_key(service, &["admin:read"]);
    let second = rotate(service, &first, &json!({})).expect(201);
    for again in [json!({}), json!({"grace_period_seconds": 1})] {
        rotate(service, &first, &again).expect_error(409, "conflict", None);
    }
    let third = rotate(service, &first, &json!({"grace_period_seconds": 0})).expect(201);
    assert_eq!(third["rotation_grace_until"], Value::Null);
    assert_eq!([&first, &second, &third].map(|issued| lets_in(service, secret(issued))), [false, false, true]);
    rotate(service, &first, &json!({})).expect(201);
}

#[test]
fn no_body_stands_for_an_empty_object() {
    let (running, clock) = at_2024();
    let service = &running.service;
    for (minute, content_type) in [None, Some("application/json"), Some("text/plain")].into_iter().enumerate() {
        clock.set(time(&format!("2024-01-01T00:0{minute}:00Z")));
        let issued = system_key(service, &[]);
        let request = service.request("POST", &format!("{}/rotate", path(&issued)));
        let request = match content_type {
            None => request,
            Some(content_type) => request.body(content_type, ""),
        };
        let rotated = request.send().expect(201);
        assert_eq!(text(&rotated, "rotation_grace_until"), format!("2024-01-02T00:0{minute}:00.000Z"));
    }
}

#[test]
fn a_body_that_is_there_is_read_as_strictly_as_any() {
    let running = Running::start();
    let service = &running.service;
    let issued = system_key(service, &[]);
    let target = format!("{}/rotate", path(&issued));
    let send = |content_type: &str, body: &str| service.request("POST", &target).body(content_type, body).send();
    for bad in ["-1", "604801", "1.5", "null", r#""60""#, "99999999999999999999"] {
        let answer = send("application/json", &format!(r#"{{"grace_period_seconds":{bad}}}"#));
        answer.expect_error(400, "validation_error", Some("grace_period_seconds"));
    }
    send("application/json", r#"{"grace":1}"#).expect_error(400, "validation_error", Some("grace"));
    send("application/json", " ").expect_error(400, "bad_request", None);
    for bad in ["[]", "null"] {
        send("application/json", bad).expect_error(400, "validation_error", None);
    }
    send("text/plain", "{}").expect_error(415, "unsupported_media_type", None);
    assert_eq!(service.get(&path(&issued)).send().expect(200), without_secret(&issued));
    send("application/json", r#"{"grace_period_seconds":604800}"#).expect(201);
}

#[test]
fn what_works_no_more_is_not_rotated() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let revoked = system_key(service, &[]);
    service.request("DELETE", &path(&revoked)).send().expect(200);
    let new = json!({"name": "ci", "owner": {"type": "system"}, "expires_at": "2024-01-01T00:00:01Z"});
    let expired = issue(service, &new);
    clock.set(time("2024-01-01T00:00:01Z"));
    for key in [&revoked, &expired] {
        rotate(service, key, &json!({"grace_period_seconds": 0})).expect_error(409, "conflict", None);
    }
}

#[test]
fn a_revocation_ends_the_former_secret_too() {
    let running = Running::start();
    let service = &running.service;
    let issued = system_key(service, &[]);
    let rotated = rotate(service, &issued, &json!({})).expect(201);
    service.request("DELETE", &path(&issued)).send().expect(200);
    assert!(!lets_in(service, secret(&issued)) && !lets_in(service, secret(&rotated)));
}
