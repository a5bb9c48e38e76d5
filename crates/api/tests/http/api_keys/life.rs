//! From the making of a key to its revocation.

use serde_json::{Value, json};

use super::{API_KEYS, at_2024, issue, lets_in, owner, path, secret, system_key, text, time, without_secret};
use crate::support::{Options, Running};

#[test]
fn a_key_is_made_and_its_secret_is_shown_once() {
    let (running, _) = at_2024();
    let service = &running.service;
    let acme = service.create("acme");
    let body = json!({
        "name": " ci ", "owner": owner(&acme), "scopes": ["billing", "admin:read", "billing"],
        "expires_at": "2024-01-02T02:00:00.1239+02:00",
    });
    let answer = service.request("POST", API_KEYS).json(&body).send();
    let issued = answer.expect(201);
    assert_eq!(answer.header("location"), Some(path(&issued).as_str()));
    let (id, secret) = (text(&issued, "id"), secret(&issued));
    assert_eq!(
        issued,
        json!({
            "id": id, "name": "ci", "key_prefix": secret[4..12], "owner": owner(&acme),
            "scopes": ["billing", "admin:read"], "expires_at": "2024-01-02T00:00:00.123Z",
            "created_at": "2024-01-01T00:00:00.000Z", "updated_at": "2024-01-01T00:00:00.000Z", "last_used_at": null,
            "revoked_at": null, "rotated_at": null, "rotation_grace_until": null, "key": secret,
        })
    );
    assert!(secret.len() == 53 && secret.starts_with("tny_"), "{}", secret.len());

    let shown = without_secret(&issued);
    assert_eq!(service.get(&path(&issued)).send().expect(200), shown);
    assert_eq!(service.request("PATCH", &path(&issued)).json(&json!({})).send().expect(200), shown);
    for list in [API_KEYS, "/admin/v1/organizations/acme/api-keys"] {
        assert_eq!(service.get(list).send().expect(200)["data"][0], shown, "{list}");
    }
    let revoked = service.request("DELETE", &path(&issued)).send().expect(200);
    assert_eq!(revoked.as_object().unwrap().len(), shown.as_object().unwrap().len());
}

#[test]
fn a_key_needs_a_name_and_an_owner_and_has_no_scopes_of_itself() {
    let running = Running::start();
    let issued = issue(&running.service, &json!({"name": "ci", "owner": {"type": "system"}, "expires_at": null}));
    assert_eq!((&issued["scopes"], &issued["expires_at"]), (&json!([]), &Value::Null));
    assert_eq!(issued["owner"], json!({"type": "system"}));
}

#[test]
fn a_change_changes_what_is_sent_and_nothing_else() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let expires_at = "2030-01-01T00:00:00.000Z";
    let new = json!({"name": "ci", "owner": {"type": "system"}, "scopes": ["admin:read"], "expires_at": expires_at});
    let issued = issue(service, &new);
    let change = |body: Value| service.request("PATCH", &path(&issued)).json(&body).send().expect(200);
    clock.set(time("2024-01-01T00:00:01Z"));
    let mut key = without_secret(&issued);
    for same in [json!({}), json!({"name": "ci"}), json!({"scopes": ["admin:read"], "expires_at": expires_at})] {
        assert_eq!(change(same), key);
    }
    key["updated_at"] = json!("2024-01-01T00:00:01.000Z");
    key["name"] = json!("renamed");
    assert_eq!(change(json!({"name": "renamed"})), key);
    key["scopes"] = json!([]);
    assert_eq!(change(json!({"scopes": []})), key);
    key["expires_at"] = Value::Null;
    assert_eq!(change(json!({"expires_at": null})), key);
    key["expires_at"] = json!("2025-01-01T00:00:00.000Z");
    assert_eq!(change(json!({"expires_at": "2025-01-01T00:00:00Z"})), key);

    clock.set(time("2025-01-01T00:00:00Z"));
    assert!(!lets_in(service, secret(&issued)));
    change(json!({"expires_at": null}));
    assert!(lets_in(service, secret(&issued)));
}

#[test]
fn the_scopes_of_a_key_hold_from_their_change_on() {
    let running = Running::start();
    let service = &running.service;
    let issued = system_key(service, &["admin:read"]);
    let ask = || service.get(API_KEYS).key(secret(&issued)).send().status;
    assert_eq!(ask(), 200);
    service.request("PATCH", &path(&issued)).json(&json!({"scopes": ["billing"]})).send().expect(200);
    assert_eq!(ask(), 403);
}

#[test]
fn a_revoked_key_lets_nobody_in_and_a_second_revocation_keeps_the_time_of_the_first() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let issued = system_key(service, &["admin:read"]);
    assert!(lets_in(service, secret(&issued)));
    let revoke = || service.request("DELETE", &path(&issued)).send().expect(200);
    let revoked = revoke();
    assert_eq!(revoked["revoked_at"], "2024-01-01T00:00:00.000Z");
    assert!(!lets_in(service, secret(&issued)));
    clock.set(time("2024-02-01T00:00:00Z"));
    assert_eq!(revoke(), revoked);
    assert_eq!(service.get(&path(&issued)).send().expect(200), revoked);
}

#[test]
fn the_rules_of_the_fields() {
    let running = Running::start();
    let service = &running.service;
    let path = path(&system_key(service, &[]));
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

#[test]
fn an_organization_has_so_many_keys_that_are_not_revoked() {
    let running = Running::start_with(&Options { limit_api_keys: 2, ..Options::default() });
    let service = &running.service;
    let body = json!({"name": "ci", "owner": owner(&service.create("acme"))});
    let first = issue(service, &body);
    issue(service, &body);
    let refused = service.request("POST", API_KEYS).json(&body).send();
    refused.expect_error(409, "quota_exceeded", None);
    issue(service, &json!({"name": "ci", "owner": owner(&service.create("other"))}));
    service.request("DELETE", &path(&first)).send().expect(200);
    issue(service, &body);
}
