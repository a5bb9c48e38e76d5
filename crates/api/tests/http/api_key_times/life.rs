//! From the making of a key to its revocation.

use serde_json::{Value, json};
use tenancy_testing::http::fixtures::{
    API_KEYS, issue, key_path, lets_in, organization_as_owner, secret, system_key, text, without_secret,
};

use super::{at_2024, time};

#[test]
fn a_key_is_made_and_its_secret_is_shown_once() {
    let (running, _) = at_2024();
    let service = &running.service;
    let acme = service.create("acme");
    let body = json!({
        "name": " ci ", "owner": organization_as_owner(&acme), "scopes": ["billing", "admin:read", "billing"],
        "expires_at": "2024-01-02T02:00:00.1239+02:00",
    });
    let answer = service.request("POST", API_KEYS).json(&body).send();
    let issued = answer.expect(201);
    assert_eq!(answer.header("location"), Some(key_path(&issued).as_str()));
    let (id, secret) = (text(&issued, "id"), secret(&issued));
    assert_eq!(
        issued,
        json!({
            "id": id, "name": "ci", "key_prefix": secret[4..12], "owner": organization_as_owner(&acme),
            "scopes": ["billing", "admin:read"], "expires_at": "2024-01-02T00:00:00.123Z",
            "created_at": "2024-01-01T00:00:00.000Z", "updated_at": "2024-01-01T00:00:00.000Z", "last_used_at": null,
            "revoked_at": null, "rotated_at": null, "rotation_grace_until": null, "key": secret,
        })
    );
    assert!(secret.len() == 53 && secret.starts_with("tny_"), "{}", secret.len());

    let shown = without_secret(&issued);
    assert_eq!(service.get(&key_path(&issued)).send().expect(200), shown);
    assert_eq!(service.request("PATCH", &key_path(&issued)).json(&json!({})).send().expect(200), shown);
    for list in [API_KEYS, "/admin/v1/organizations/acme/api-keys"] {
        assert_eq!(service.get(list).send().expect(200)["data"][0], shown, "{list}");
    }
    let revoked = service.request("DELETE", &key_path(&issued)).send().expect(200);
    assert_eq!(revoked.as_object().unwrap().len(), shown.as_object().unwrap().len());
}

#[test]
fn a_change_changes_what_is_sent_and_nothing_else() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let expires_at = "2030-01-01T00:00:00.000Z";
    let new = json!({"name": "ci", "owner": {"type": "system"}, "scopes": ["admin:read"], "expires_at": expires_at});
    let issued = issue(service, &new);
    let change = |body: Value| service.request("PATCH", &key_path(&issued)).json(&body).send().expect(200);
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
fn a_revoked_key_lets_nobody_in_and_a_second_revocation_keeps_the_time_of_the_first() {
    let (running, clock) = at_2024();
    let service = &running.service;
    let issued = system_key(service, &["admin:read"]);
    assert!(lets_in(service, secret(&issued)));
    let revoke = || service.request("DELETE", &key_path(&issued)).send().expect(200);
    let revoked = revoke();
    assert_eq!(revoked["revoked_at"], "2024-01-01T00:00:00.000Z");
    assert!(!lets_in(service, secret(&issued)));
    clock.set(time("2024-02-01T00:00:00Z"));
    assert_eq!(revoke(), revoked);
    assert_eq!(service.get(&key_path(&issued)).send().expect(200), revoked);
}
