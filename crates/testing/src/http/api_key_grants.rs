//! Nobody gives away what is beyond their own.

use serde_json::{Value, json};

use super::{
    Answer, Service,
    fixtures::{API_KEYS, issue, key_path, organization_as_owner, organization_key, secret, system_key},
};

fn expect_refusal(answer: &Answer, scope: &str) {
    let message = answer.expect_error(403, "forbidden", None);
    assert!(message.contains(scope), "{message}");
}

/// A key is made with scopes of its maker alone, or with those that are opaque here.
pub fn a_key_is_given_no_scope_that_its_maker_lacks(service: &Service) {
    let acme = service.create("acme");
    let maker = organization_key(service, &acme, &["admin:api-keys:write", "admin:read"]);
    let create = |scopes: Value| {
        let body = json!({"name": "ci", "owner": organization_as_owner(&acme), "scopes": scopes});
        service.request("POST", API_KEYS).key(secret(&maker)).json(&body).send()
    };
    for beyond in ["admin:*", "admin:write", "admin:organizations:write", "admin:api-keys:verify"] {
        expect_refusal(&create(json!(["billing", beyond])), beyond);
    }
    create(json!(["billing", "admin:api-keys:write", "admin:read", "admin:organizations:read"])).expect(201);
}

/// No key is changed, not even by itself, to have a scope that the caller lacks.
pub fn a_key_is_changed_to_no_scope_that_the_caller_lacks(service: &Service) {
    let acme = service.create("acme");
    let caller = organization_key(service, &acme, &["admin:api-keys:write"]);
    let change =
        |key: &Value, body: Value| service.request("PATCH", &key_path(key)).key(secret(&caller)).json(&body).send();
    let other = organization_key(service, &acme, &[]);
    for key in [&caller, &other] {
        expect_refusal(&change(key, json!({"scopes": ["admin:*"]})), "admin:*");
    }
    change(&other, json!({"scopes": ["billing", "admin:api-keys:write"]})).expect(200);
    // What is greater than the caller may be made less, and its name is nothing that is granted.
    let greater = organization_key(service, &acme, &["admin:*"]);
    change(&greater, json!({"name": "renamed"})).expect(200);
    change(&greater, json!({"scopes": []})).expect(200);
}

/// Who rotates a key is shown its secret, and so must hold its scopes.
pub fn a_key_that_is_greater_than_the_caller_is_not_taken_over_by_rotation(service: &Service) {
    let acme = service.create("acme");
    let caller = organization_key(service, &acme, &["admin:api-keys:write"]);
    let greater = organization_key(service, &acme, &["admin:*"]);
    let rotate =
        |key: &Value| service.request("POST", &format!("{}/rotate", key_path(key))).key(secret(&caller)).send();
    expect_refusal(&rotate(&greater), "admin:*");
    service.get("/admin/v1/me").key(secret(&greater)).send().expect(200);
    rotate(&organization_key(service, &acme, &["billing"])).expect(201);
    rotate(&caller).expect(201);
}

/// A tenant's key makes neither, whatever its scopes are.
pub fn only_system_keys_make_system_keys_and_organizations(service: &Service) {
    let tenant = organization_key(service, &service.create("acme"), &["admin:*"]);
    let ask = |path: &str, body: &str| {
        service.request("POST", path).key(secret(&tenant)).body("application/json", body).send()
    };
    let system = r#"{"name":"ci","owner":{"type":"system"}}"#;
    ask(API_KEYS, system).expect_error(403, "forbidden", None);
    let organizations = "/admin/v1/organizations";
    for body in [r#"{"slug":"other","name":"Other"}"#, r#"{"slug":"acme","name":"Acme"}"#, "nonsense"] {
        ask(organizations, body).expect_error(403, "forbidden", None);
    }
    assert_eq!(service.get(organizations).send().expect(200)["data"].as_array().unwrap().len(), 1);
}

/// Scopes bound system keys too.
pub fn a_system_key_grants_no_more_than_it_has(service: &Service) {
    let maker = system_key(service, &["admin:api-keys:write"]);
    let create = |scopes: Value| {
        let body = json!({"name": "ci", "owner": {"type": "system"}, "scopes": scopes});
        service.request("POST", API_KEYS).key(secret(&maker)).json(&body).send()
    };
    expect_refusal(&create(json!(["admin:*"])), "admin:*");
    create(json!(["admin:api-keys:write"])).expect(201);
    issue(service, &json!({"name": "ci", "owner": {"type": "system"}, "scopes": ["admin:*"]}));
}
