//! How far a key reaches, and when it stops.

use serde_json::{Value, json};

use super::{
    Answer, Service,
    fixtures::{
        ABSENT, API_KEYS, key_path, lets_in, organization_as_owner, organization_key, project, project_as_owner,
        secret, system_key, text, user, user_as_owner, whole,
    },
};

/// Every operation on one key, with a body that it takes.
const OPERATIONS: [(&str, &str, Option<&str>); 4] =
    [("GET", "", None), ("PATCH", "", Some(r#"{"name":"x"}"#)), ("POST", "/rotate", None), ("DELETE", "", None)];

fn ask(service: &Service, key: &str, (method, suffix, body): (&str, &str, Option<&str>), id: &str) -> Answer {
    let target = format!("{API_KEYS}/{id}{suffix}");
    let request = service.request(method, &target).key(key).header("X-Request-Id", "same");
    match body {
        None => request.send(),
        Some(body) => request.body("application/json", body).send(),
    }
}

/// Nobody learns of another tenant's keys.
pub fn anothers_key_and_none_give_the_same_answer(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:*"]);
    let theirs = [organization_key(service, &other, &[]), system_key(service, &[])];
    let before: Vec<Value> = theirs.iter().map(|key| service.get(&key_path(key)).send().expect(200)).collect();
    for operation in OPERATIONS {
        let absent = ask(service, secret(&own), operation, ABSENT);
        absent.expect_error(404, "not_found", None);
        for id in [text(&theirs[0], "id"), text(&theirs[1], "id"), "acme", "..", "01939F6B8A007C3E9D5F2B8A4C6E1F70"] {
            assert_eq!(whole(&ask(service, secret(&own), operation, id)), whole(&absent), "{operation:?} {id}");
        }
    }
    let after: Vec<Value> = theirs.iter().map(|key| service.get(&key_path(key)).send().expect(200)).collect();
    assert_eq!(before, after);
    let mine = organization_key(service, &acme, &[]);
    let statuses = OPERATIONS.map(|operation| ask(service, secret(&own), operation, text(&mine, "id")).status);
    assert_eq!(statuses, [200, 200, 201, 200]);
}

/// Lists show what the caller reaches.
pub fn an_organizations_key_lists_the_keys_of_its_organization_alone(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:read"]);
    organization_key(service, &other, &[]);
    let list = |target: &str| service.get(target).key(secret(&own)).header("X-Request-Id", "same").send();
    for query in ["", "?owner_type=organization"] {
        let page = list(&format!("{API_KEYS}{query}")).expect(200);
        let ids: Vec<_> = page["data"].as_array().unwrap().iter().map(|key| &key["id"]).collect();
        assert_eq!(ids, [&own["id"]]);
    }
    assert_eq!(list(&format!("{API_KEYS}?owner_type=system")).expect(200)["data"], json!([]));
    let absent = list("/admin/v1/organizations/nobody/api-keys");
    absent.expect_error(404, "not_found", None);
    for organization in ["other", text(&other, "id")] {
        let answer = list(&format!("/admin/v1/organizations/{organization}/api-keys"));
        assert_eq!(whole(&answer), whole(&absent));
    }
}

/// Nobody learns of others' organizations, projects and users by making keys for them.
pub fn an_owner_out_of_reach_and_none_give_the_same_answer(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:api-keys:write"]);
    let create = |key: &str, owner: Value| {
        // Beyond the caller's scopes as well: reach comes first.
        let body = json!({"name": "ci", "owner": owner, "scopes": ["admin:*"]});
        service.request("POST", API_KEYS).key(key).header("X-Request-Id", "same").json(&body).send()
    };
    let absent = create(secret(&own), json!({"type": "organization", "org_id": ABSENT}));
    absent.expect_error(404, "not_found", None);
    assert_eq!(whole(&create(secret(&own), organization_as_owner(&other))), whole(&absent));
    let (theirs, ada) = (project(service, "other", "web"), user(service, "ada"));
    for (owner, absent) in [
        (project_as_owner(&theirs), json!({"type": "project", "project_id": ABSENT})),
        (user_as_owner(&ada), json!({"type": "user", "user_id": ABSENT})),
    ] {
        let absent = create(secret(&own), absent);
        absent.expect_error(404, "not_found", None);
        assert_eq!(whole(&create(secret(&own), owner)), whole(&absent));
    }
    service.delete("other");
    assert_eq!(whole(&create(secret(&own), organization_as_owner(&other))), whole(&absent));
    assert_eq!(whole(&create(&service.keys().full, organization_as_owner(&other))), whole(&absent));
    for nobody in [json!({"type": "project", "project_id": ABSENT}), json!({"type": "user", "user_id": ABSENT})] {
        create(&service.keys().full, nobody).expect_error(404, "not_found", None);
    }
}

/// Credentials, scope, reach, body and query.
pub fn the_order_of_the_checks(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:*"]);
    let (mine, theirs) = (key_path(&own), key_path(&organization_key(service, &other, &[])));
    let keys = service.keys();
    for (method, suffix) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate")] {
        let ask = |path: &str| service.request(method, &format!("{path}{suffix}?x=1")).body("text/plain", "nonsense");
        let refused = if method == "GET" { &keys.write_only } else { &keys.read_only };
        ask(&theirs).anonymous().send().expect_error(401, "missing_credentials", None);
        ask(&theirs).key(&keys.revoked).send().expect_error(401, "invalid_api_key", None);
        ask(&theirs).key(refused).send().expect_error(403, "forbidden", None);
        ask(&format!("{API_KEYS}/none")).key(refused).send().expect_error(403, "forbidden", None);
        ask(&theirs).key(secret(&own)).send().expect_error(404, "not_found", None);
        ask(&mine).key(secret(&own)).send().expect_error(400, "bad_request", Some("x"));
    }
    for (method, suffix, body) in
        [("PATCH", "", r#"{"name":""}"#), ("POST", "/rotate", r#"{"grace_period_seconds":-1}"#)]
    {
        let ask = |path: &str| {
            let request = service.request(method, &format!("{path}{suffix}")).key(secret(&own));
            request.body("application/json", body).send()
        };
        ask(&theirs).expect_error(404, "not_found", None);
        assert_eq!(ask(&mine).status, 400);
    }
    let list = |slug: &str| service.get(&format!("/admin/v1/organizations/{slug}/api-keys?limit=0")).key(secret(&own));
    list("other").send().expect_error(404, "not_found", None);
    list("acme").send().expect_error(400, "bad_request", Some("limit"));
}

/// Deletion of the owner hides its keys.
pub fn with_its_organization_a_key_and_all_that_is_told_of_it_are_gone(service: &Service) {
    let acme = service.create("acme");
    let own = organization_key(service, &acme, &["admin:*"]);
    assert!(lets_in(service, secret(&own)));
    // Also when the organization does it to itself: the answer is its key's last.
    service.request("DELETE", "/admin/v1/organizations/acme").key(secret(&own)).send().expect(200);
    assert!(!lets_in(service, secret(&own)));
    let full = &service.keys().full;
    let absent = ask(service, full, OPERATIONS[0], ABSENT);
    for operation in OPERATIONS {
        ask(service, full, operation, text(&own, "id")).expect_error(404, "not_found", None);
    }
    assert_eq!(whole(&ask(service, full, OPERATIONS[0], text(&own, "id"))), whole(&absent));
    let listed = service.get(&format!("{API_KEYS}?owner_type=organization")).send().expect(200);
    assert_eq!(listed["data"], json!([]));
}

/// Of organizations too.
pub fn an_organizations_key_sees_its_organization_alone(service: &Service) {
    let (acme, _) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:*"]);
    let get = |target: &str| service.get(target).key(secret(&own)).header("X-Request-Id", "same").send();
    assert_eq!(get("/admin/v1/organizations").expect(200)["data"], json!([acme]));
    let absent = get("/admin/v1/organizations/nobody");
    absent.expect_error(404, "not_found", None);
    assert_eq!(whole(&get("/admin/v1/organizations/other")), whole(&absent));
}
