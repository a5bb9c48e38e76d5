//! Deleted organizations that are destroyed for good.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, API_KEYS, USERS, key_path, member, organization_key, project, project_key, secret, system_key, text,
        user, user_key, verdict,
    },
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

fn act(service: &Service, path: &str, verb: &str) -> Answer {
    service.request("POST", &format!("{path}/{verb}")).send()
}

/// With the organization all beneath it is gone, and the answer says how much; its users are not, nor is anybody else.
pub fn a_purged_organization_is_gone_with_all_beneath_it(service: &Service) {
    let (acme, other, ada) = (service.create("acme"), service.create("other"), user(service, "ada"));
    let web = project(service, "acme", "web");
    let old = project(service, "acme", "old");
    for of in [ACME, WEB, "/admin/v1/organizations/other"] {
        member(service, of, &ada, "owner");
    }
    let keys = [
        organization_key(service, &acme, &["admin:*"]),
        project_key(service, &web, &["admin:*"]),
        project_key(service, &old, &["admin:*"]),
    ];
    service.request("DELETE", &key_path(&keys[0])).send().expect(200);
    let rotated = act(service, &key_path(&keys[1]), "rotate").expect(201);
    let (of_ada, of_other) =
        (user_key(service, &ada, &["admin:read"]), organization_key(service, &other, &["billing"]));
    service.request("DELETE", &format!("{ACME}/projects/old")).send().expect(200);
    service.delete("acme");

    let by_id = format!("{ORGANIZATIONS}/{}", text(&acme, "id"));
    let purged = act(service, &by_id, "purge").expect(200);
    let expected = json!({
        "deleted": true, "org_id": acme["id"], "projects_deleted": 2, "memberships_deleted": 2, "api_keys_deleted": 3,
        "dynamic_providers_deleted": 0,
    });
    assert_eq!(purged, expected);
    service.get(&format!("{by_id}?include_deleted=true")).send().expect_error(404, "not_found", None);
    let all = service.get(&format!("{ORGANIZATIONS}?include_deleted=true")).send().expect(200);
    assert_eq!(all["data"], json!([other]));
    for key in keys.iter().chain([&rotated]) {
        assert_eq!(verdict(service, secret(key)), "unknown");
    }
    for verb in ["purge", "restore", "suspend", "resume"] {
        act(service, &by_id, verb).expect_error(404, "not_found", None);
    }
    for key in [&of_ada, &of_other] {
        assert_eq!(verdict(service, secret(key)), "valid");
    }
    let theirs = service.get(&format!("{USERS}/{}/organizations", text(&ada, "id"))).send().expect(200);
    assert_eq!(theirs["data"].as_array().unwrap().len(), 1);
    assert_eq!(service.get(&format!("{API_KEYS}?owner_type=project")).send().expect(200)["data"], json!([]));

    // All of its names are free.
    assert_ne!(service.create("acme")["id"], acme["id"]);
    project(service, "acme", "web");
    assert_eq!(service.get(&format!("{ACME}/members")).send().expect(200)["data"], json!([]));
}

/// What is live is deleted first; what is not there, or not told apart, is not purged.
pub fn only_what_is_deleted_is_purged(service: &Service) {
    let first = service.create("acme");
    let by_id = format!("{ORGANIZATIONS}/{}", text(&first, "id"));
    for path in [ACME, &by_id] {
        act(service, path, "purge").expect_error(409, "conflict", None);
    }
    service.get(ACME).send().expect(200);
    service.delete("acme");
    service.create("acme");
    service.delete("acme");
    act(service, ACME, "purge").expect_error(409, "conflict", None);
    act(service, &by_id, "purge").expect(200);
    act(service, ACME, "purge").expect(200);
    for nobody in [ABSENT, "acme", "No%20Slug", "%ff"] {
        act(service, &format!("{ORGANIZATIONS}/{nobody}"), "purge").expect_error(404, "not_found", None);
    }
}

/// The last owner of what is purged may be deleted then.
pub fn a_purge_lets_its_last_owner_go(service: &Service) {
    service.create("acme");
    let ada = user(service, "ada");
    member(service, ACME, &ada, "owner");
    service.delete("acme");
    let path = format!("{USERS}/{}", text(&ada, "id"));
    service.request("DELETE", &path).send().expect_error(409, "conflict", None);
    act(service, ACME, "purge").expect(200);
    service.request("DELETE", &path).send().expect(200);
}

/// The checks come in the order in which they always do.
pub fn a_purge_takes_a_system_key_and_no_body(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let tenant = organization_key(service, &other, &["admin:*"]);
    let reader = system_key(service, &["admin:read"]);
    let send = |name: &str, key: &str, body: &str| {
        let request = service.request("POST", &format!("{ORGANIZATIONS}/{name}/purge")).key(key);
        request.body("application/json", body).send()
    };
    service.delete("acme");
    for name in ["acme", "nobody", "No%20Slug", "other", text(&acme, "id")] {
        for key in [&tenant, &reader] {
            send(name, secret(key), "nonsense").expect_error(403, "forbidden", None);
        }
    }
    let full = &service.keys().full;
    for name in ["nobody", "No%20Slug", ABSENT] {
        send(name, full, "nonsense").expect_error(404, "not_found", None);
    }
    // Live, it cannot be purged; but what is wrong with the request comes first.
    for name in ["acme", "other"] {
        send(name, full, "nonsense").expect_error(400, "bad_request", None);
        send(name, full, r#"{"slug":"x"}"#).expect_error(400, "validation_error", Some("slug"));
        let query = |query: &str| service.request("POST", &format!("{ORGANIZATIONS}/{name}/purge?{query}")).send();
        query("x=1").expect_error(400, "bad_request", Some("x"));
        query("dry_run=yes").expect_error(400, "bad_request", Some("dry_run"));
    }
    let writer = system_key(service, &["admin:organizations:write"]);
    let purged: Value = send("acme", secret(&writer), "{}").expect(200);
    assert_eq!(purged["org_id"], acme["id"]);
}
