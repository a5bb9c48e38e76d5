//! What another service is told of a key.

use serde_json::{Value, json};
use tenancy_testing::http::{
    Service,
    fixtures::{UNKNOWN, VERIFY, issue, key_path, organization_key, secret, system_key},
};

use super::{at_2024, time};

fn verify(service: &Service, key: &str) -> Value {
    service.request("POST", VERIFY).json(&json!({"key": key})).send().expect(200)
}

/// The whole answer for a key that is not valid.
fn invalid(code: &str, key_id: &Value) -> Value {
    json!({
        "valid": false, "code": code, "key_id": key_id, "owner": null, "org_id": null, "project_id": null,
        "user_id": null, "scopes": null, "expires_at": null,
    })
}

#[test]
fn of_a_key_that_is_not_valid_only_the_reason_is_told() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let new = json!({"name": "ci", "owner": {"type": "system"}, "expires_at": "2024-01-01T00:00:01Z"});
    let (revoked, expired) = (system_key(service, &[]), issue(service, &new));
    service.request("DELETE", &key_path(&revoked)).send().expect(200);
    let orphan = organization_key(service, &service.create("acme"), &[]);
    service.delete("acme");
    let rotated = system_key(service, &[]);
    let rotation = service.request("POST", &format!("{}/rotate", key_path(&rotated)));
    rotation.json(&json!({"grace_period_seconds": 1})).send().expect(201);
    assert_eq!(verify(service, secret(&rotated))["code"], "valid");
    clock.set(time("2024-01-01T00:00:01Z"));

    let mistyped = format!("{}x", &UNKNOWN[..UNKNOWN.len() - 1]);
    for (key, code, key_id) in [
        ("", "malformed", &Value::Null),
        ("hunter2", "malformed", &Value::Null),
        (mistyped.as_str(), "malformed", &Value::Null),
        (UNKNOWN, "unknown", &Value::Null),
        (secret(&revoked), "revoked", &revoked["id"]),
        (secret(&expired), "expired", &expired["id"]),
        (secret(&rotated), "expired", &rotated["id"]),
        (secret(&orphan), "owner_deleted", &orphan["id"]),
    ] {
        assert_eq!(verify(service, key), invalid(code, key_id));
    }
}
