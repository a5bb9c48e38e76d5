//! From the making of a key to its revocation.

use serde_json::{Value, json};

use super::{
    Service,
    fixtures::{API_KEYS, issue, key_path, secret, system_key},
};

/// All else may be left out.
pub fn a_key_needs_a_name_and_an_owner_and_has_no_scopes_of_itself(service: &Service) {
    let issued = issue(service, &json!({"name": "ci", "owner": {"type": "system"}, "expires_at": null}));
    assert_eq!((&issued["scopes"], &issued["expires_at"]), (&json!([]), &Value::Null));
    assert_eq!(issued["owner"], json!({"type": "system"}));
}

/// From the answer on.
pub fn the_scopes_of_a_key_hold_from_their_change_on(service: &Service) {
    let issued = system_key(service, &["admin:read"]);
    let ask = || service.get(API_KEYS).key(secret(&issued)).send().status;
    assert_eq!(ask(), 200);
    service.request("PATCH", &key_path(&issued)).json(&json!({"scopes": ["billing"]})).send().expect(200);
    assert_eq!(ask(), 403);
}

/// What the fields may be, on making and on changing.
pub fn the_rules_of_the_fields(service: &Service) {
    let path = key_path(&system_key(service, &[]));
    let long = "a".repeat(65);
    let good = json!({"name": "ci", "owner": {"type": "system"}});
    for (member, bad, param) in [
        ("name", json!(""), "name"),
        ("name", json!("a\0"), "name"),
        ("name", Value::Null, "name"),
        ("scopes", json!(["billing", "admin:read", "A"]), "scopes[2]"),
        ("scopes", json!([long]), "scopes[0]"),
        ("scopes", json!(["admin:nothing:read"]), "scopes[0]"),
        ("scopes", json!(["billing", 5]), "scopes[1]"),
        ("scopes", json!(vec!["billing"; 51]), "scopes"),
        ("scopes", Value::Null, "scopes"),
        ("expires_at", json!("tomorrow"), "expires_at"),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "expires_at"),
        ("expires_at", json!(5), "expires_at"),
        ("key", json!("tny_x"), "key"),
    ] {
        let mut body = good.clone();
        body[member] = bad.clone();
        let answer = service.request("POST", API_KEYS).json(&body).send();
        answer.expect_error(400, "validation_error", Some(param));
        let answer = service.request("PATCH", &path).json(&json!({member: bad})).send();
        answer.expect_error(400, "validation_error", Some(param));
    }
    // An owner never changes.
    let answer = service.request("PATCH", &path).json(&json!({"owner": {"type": "system"}})).send();
    answer.expect_error(400, "validation_error", Some("owner"));
    let answer =
        service.request("POST", API_KEYS).json(&json!({"name": "ci", "owner": {"type": "organization"}})).send();
    answer.expect_error(400, "validation_error", Some("owner.org_id"));
}
