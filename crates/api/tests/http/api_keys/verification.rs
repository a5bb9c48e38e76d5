//! What another service is told of a key.

use serde_json::{Value, json};
use tenancy_testing::http::Service;

use super::{VERIFY, at_2024, issue, organization_key, owner, path, secret, system_key, time};
use crate::support::Running;

/// Well-formed, and of nobody; the checksum is that of 43 zeros.
const UNKNOWN: &str = "tny_00000000000000000000000000000000000000000002CZclj";

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
fn a_valid_key_is_told_of() {
    let running = Running::start();
    let service = &running.service;
    let acme = service.create("acme");
    let expires_at = "2099-01-01T00:00:00.000Z";
    let new = json!({"name": "ci", "owner": owner(&acme), "scopes": ["billing"], "expires_at": expires_at});
    let tenant = issue(service, &new);
    let system = system_key(service, &["admin:*"]);
    for (issued, org_id, scopes, expires_at) in
        [(&tenant, acme["id"].clone(), "billing", json!(expires_at)), (&system, Value::Null, "admin:*", Value::Null)]
    {
        let expected = json!({
            "valid": true, "code": "valid", "key_id": issued["id"], "owner": issued["owner"], "org_id": org_id,
            "project_id": null, "user_id": null, "scopes": [scopes], "expires_at": expires_at,
        });
        assert_eq!(verify(service, secret(issued)), expected);
    }
}

#[test]
fn of_a_key_that_is_not_valid_only_the_reason_is_told() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let new = json!({"name": "ci", "owner": {"type": "system"}, "expires_at": "2024-01-01T00:00:01Z"});
    let (revoked, expired) = (system_key(service, &[]), issue(service, &new));
    service.request("DELETE", &path(&revoked)).send().expect(200);
    let orphan = organization_key(service, &service.create("acme"), &[]);
    service.delete("acme");
    let rotated = system_key(service, &[]);
    let rotation = service.request("POST", &format!("{}/rotate", path(&rotated)));
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

#[test]
fn the_scope_that_is_asked_for_must_be_covered() {
    let running = Running::start();
    let service = &running.service;
    let issued = system_key(service, &["billing", "admin:read"]);
    let ask =
        |scope: &str| service.request("POST", VERIFY).json(&json!({"key": secret(&issued), "scope": scope})).send();
    for covered in ["billing", "admin:read", "admin:organizations:read"] {
        assert_eq!(ask(covered).expect(200)["code"], "valid", "{covered}");
    }
    for beyond in ["billing:invoices", "admin:write", "admin:*"] {
        assert_eq!(ask(beyond).expect(200), invalid("insufficient_scope", &issued["id"]));
    }
    ask("No Scope").expect_error(400, "validation_error", Some("scope"));
}

#[test]
fn a_key_out_of_reach_is_unknown() {
    let running = Running::start();
    let service = &running.service;
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:api-keys:verify"]);
    let ask =
        |key: &str| service.request("POST", VERIFY).key(secret(&own)).json(&json!({"key": key})).send().expect(200);
    let theirs = organization_key(service, &other, &[]);
    service.request("DELETE", &path(&theirs)).send().expect(200);
    for key in [UNKNOWN, secret(&theirs), secret(&system_key(service, &[]))] {
        assert_eq!(ask(key), invalid("unknown", &Value::Null));
    }
    assert_eq!(ask(secret(&own))["code"], "valid");
}

#[test]
fn it_takes_a_scope_of_its_own() {
    let running = Running::start();
    let service = &running.service;
    let verifier = system_key(service, &["admin:api-keys:verify"]);
    let writer = system_key(service, &["admin:read", "admin:write", "admin:api-keys:write"]);
    let ask = |key: &str, body: &str| service.request("POST", VERIFY).key(key).body("application/json", body).send();
    let message = ask(secret(&writer), "nonsense").expect_error(403, "forbidden", None);
    assert!(message.contains("admin:api-keys:verify"), "{message}");
    ask(secret(&verifier), "nonsense").expect_error(400, "bad_request", None);
    ask(secret(&verifier), r#"{"key":"x"}"#).expect(200);
    service.get("/admin/v1/api-keys").key(secret(&verifier)).send().expect_error(403, "forbidden", None);
    service.get(VERIFY).send().expect_error(405, "method_not_allowed", None);
}

#[test]
fn what_was_shown_is_repeated_in_no_answer() {
    let running = Running::start();
    let service = &running.service;
    for (body, param) in [
        (r#"{"key":"hunter2","x":1}"#, Some("x")),
        (r#"{"key":["hunter2"]}"#, Some("key")),
        (r#"{"key":"hunter2","key":"hunter2"}"#, Some("key")),
        (r#"{"key":"hunter2","scope":null}"#, Some("scope")),
        (r#"{"key":"hunter2","scope":"hunter2 "}"#, Some("scope")),
        (r#"{"scope":"hunter2"}"#, Some("key")),
        (r#""hunter2""#, None),
    ] {
        let answer = service.request("POST", VERIFY).body("application/json", body).send();
        answer.expect_error(400, "validation_error", param);
        assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"), "{body}");
    }
    let answer = service.request("POST", VERIFY).json(&json!({"key": "hunter2"})).send();
    assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"));
}
