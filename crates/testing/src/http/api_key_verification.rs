//! What another service is told of a key.

use serde_json::{Value, json};

use super::{
    Service,
    fixtures::{
        UNKNOWN, VERIFY, issue, key_path, organization_as_owner, organization_key, project, project_as_owner, secret,
        system_key, user, user_as_owner,
    },
};

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

/// Whose it is, what that is beneath, and what it may do.
pub fn a_valid_key_is_told_of(service: &Service) {
    let acme = service.create("acme");
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    let expires_at = "2099-01-01T00:00:00.000Z";
    for (owner, org_id, project_id, user_id) in [
        (json!({"type": "system"}), &Value::Null, &Value::Null, &Value::Null),
        (organization_as_owner(&acme), &acme["id"], &Value::Null, &Value::Null),
        (project_as_owner(&web), &acme["id"], &web["id"], &Value::Null),
        (user_as_owner(&ada), &Value::Null, &Value::Null, &ada["id"]),
    ] {
        let new = json!({"name": "ci", "owner": owner, "scopes": ["billing"], "expires_at": expires_at});
        let issued = issue(service, &new);
        let expected = json!({
            "valid": true, "code": "valid", "key_id": issued["id"], "owner": owner, "org_id": org_id,
            "project_id": project_id, "user_id": user_id, "scopes": ["billing"], "expires_at": expires_at,
        });
        assert_eq!(verify(service, secret(&issued)), expected);
    }
    let endless = verify(service, secret(&system_key(service, &["admin:*"])));
    assert_eq!((&endless["scopes"], &endless["expires_at"]), (&json!(["admin:*"]), &Value::Null));
}

/// A broader scope covers a narrower one, if it governs this service.
pub fn the_scope_that_is_asked_for_must_be_covered(service: &Service) {
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

/// Also when it is valid, or was.
pub fn a_key_out_of_reach_is_unknown(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:api-keys:verify"]);
    let ask =
        |key: &str| service.request("POST", VERIFY).key(secret(&own)).json(&json!({"key": key})).send().expect(200);
    let theirs = organization_key(service, &other, &[]);
    service.request("DELETE", &key_path(&theirs)).send().expect(200);
    for key in [UNKNOWN, secret(&theirs), secret(&system_key(service, &[]))] {
        assert_eq!(ask(key), invalid("unknown", &Value::Null));
    }
    assert_eq!(ask(secret(&own))["code"], "valid");
}

/// Neither reading nor writing implies it.
pub fn it_takes_a_scope_of_its_own(service: &Service) {
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

/// It may be a secret.
pub fn what_was_shown_is_repeated_in_no_answer(service: &Service) {
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
