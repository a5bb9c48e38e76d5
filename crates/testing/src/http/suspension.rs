//! Organizations that are suspended, and resumed.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, API_KEYS, USERS, VERIFY, ids, key_path, lets_in, member, organization_key, project, project_key,
        secret, system_key, text, user, user_key, verdict, whole, with,
    },
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

fn act(service: &Service, path: &str, verb: &str) -> Answer {
    service.request("POST", &format!("{path}/{verb}")).send()
}

/// System keys see a suspended organization and all beneath it, and that it is suspended; to suspend it twice, or to resume
/// it twice, changes nothing.
pub fn an_organization_is_suspended_and_resumed(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let id = text(&acme, "id");
    assert_eq!(act(service, ACME, "resume").expect(200), acme);
    let suspended = act(service, ACME, "suspend").expect(200);
    let since = &suspended["suspended_at"];
    assert_eq!(suspended, with(&acme, &json!({"suspended_at": since, "updated_at": since})));
    assert_eq!(act(service, &format!("{ORGANIZATIONS}/{id}"), "suspend").expect(200), suspended);
    assert_eq!(service.get(ACME).send().expect(200), suspended);
    assert_eq!(service.get(ORGANIZATIONS).send().expect(200)["data"], json!([suspended]));
    assert_eq!(service.get(WEB).send().expect(200), web);
    for path in ["projects", "members", "api-keys"] {
        service.get(&format!("{ACME}/{path}")).send().expect(200);
    }
    let resumed = act(service, &format!("{ORGANIZATIONS}/{id}"), "resume").expect(200);
    assert_eq!(resumed, with(&acme, &json!({"updated_at": resumed["updated_at"]})));
    assert_eq!(act(service, ACME, "resume").expect(200), resumed);
    assert_eq!(service.get(ACME).send().expect(200), resumed);
}

/// The keys of the organization and of its projects are refused like any that is not valid, and who verifies one is told
/// why; all work again once it is resumed, and those too that were made meanwhile.
pub fn the_keys_of_a_suspended_organization_are_refused(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let keys = [organization_key(service, &acme, &["admin:*"]), project_key(service, &web, &["admin:*"])];
    act(service, ACME, "suspend").expect(200);
    let meanwhile = organization_key(service, &acme, &["admin:*"]);
    for key in keys.iter().chain([&meanwhile]) {
        assert!(!lets_in(service, secret(key)));
        for path in [ACME, WEB, ORGANIZATIONS, API_KEYS] {
            service.get(path).key(secret(key)).send().expect_error(401, "invalid_api_key", None);
        }
        let answer = service.request("POST", VERIFY).json(&json!({"key": secret(key)})).send().expect(200);
        assert_eq!((&answer["valid"], &answer["code"]), (&json!(false), &json!("owner_suspended")));
        assert_eq!((&answer["key_id"], &answer["owner"]), (&key["id"], &Value::Null));
    }
    let ask = |key: &str| service.get(ACME).key(key).header("X-Request-Id", "same").send();
    assert_eq!(whole(&ask(secret(&keys[0]))), whole(&ask(&service.keys().revoked)));
    act(service, ACME, "resume").expect(200);
    for key in keys.iter().chain([&meanwhile]) {
        assert!(lets_in(service, secret(key)));
        assert_eq!(verdict(service, secret(key)), "valid");
    }
}

/// A member's keys go on for all else that they reach; the suspended organization is to them as if it were not there.
pub fn a_members_key_reaches_a_suspended_organization_no_more(service: &Service) {
    let (acme, other, ada) = (service.create("acme"), service.create("other"), user(service, "ada"));
    let web = project(service, "acme", "web");
    for of in [ACME, WEB, "/admin/v1/organizations/other"] {
        member(service, of, &ada, "owner");
    }
    let (own, of_acme) = (user_key(service, &ada, &["admin:*"]), organization_key(service, &acme, &["billing"]));
    let get = |path: &str| service.get(path).key(secret(&own)).header("X-Request-Id", "same").send();
    assert_eq!(ids(&get(ORGANIZATIONS).expect(200)), [text(&other, "id"), text(&acme, "id")]);
    act(service, ACME, "suspend").expect(200);
    assert_eq!(ids(&get(ORGANIZATIONS).expect(200)), [text(&other, "id")]);
    get("/admin/v1/organizations/other").expect(200);
    let (by_id, key) = (format!("{ORGANIZATIONS}/{}", text(&acme, "id")), key_path(&of_acme));
    for path in [ACME, WEB, &by_id, &format!("{ACME}/members"), &format!("{WEB}/api-keys")] {
        let nowhere = path.replace("acme", "nobody").replace(text(&acme, "id"), ABSENT);
        assert_eq!(whole(&get(path)), whole(&get(&nowhere)), "{path}");
        get(path).expect_error(404, "not_found", None);
    }
    for (method, path) in [("PATCH", ACME), ("DELETE", ACME), ("PATCH", WEB), ("DELETE", WEB), ("DELETE", &key)] {
        let answer = service.request(method, path).key(secret(&own)).json(&json!({"name": "x"})).send();
        answer.expect_error(404, "not_found", None);
    }
    let make = |owner: Value| {
        let body = json!({"name": "ci", "owner": owner});
        service.request("POST", API_KEYS).key(secret(&own)).json(&body).send()
    };
    make(json!({"type": "organization", "org_id": acme["id"]})).expect_error(404, "not_found", None);
    make(json!({"type": "project", "project_id": web["id"]})).expect_error(404, "not_found", None);
    let shown = json!({"key": secret(&of_acme)});
    let verified = service.request("POST", VERIFY).key(secret(&own)).json(&shown).send().expect(200);
    assert_eq!(verified["code"], "unknown");
    let theirs = service.get(&format!("{USERS}/{}/organizations", text(&ada, "id"))).send().expect(200);
    assert!(theirs["data"][1]["suspended_at"].is_string(), "{theirs}");
    act(service, ACME, "resume").expect(200);
    get(WEB).expect(200);
}

/// Who runs the installation goes on mending what is suspended; deleted and restored, it is suspended still.
pub fn system_keys_go_on_writing_beneath_a_suspended_organization(service: &Service) {
    service.create("acme");
    let ada = user(service, "ada");
    act(service, ACME, "suspend").expect(200);
    let web = project(service, "acme", "web");
    member(service, ACME, &ada, "owner");
    member(service, WEB, &ada, "member");
    let key = project_key(service, &web, &[]);
    service.request("PATCH", ACME).json(&json!({"name": "Renamed"})).send().expect(200);
    service.request("PATCH", WEB).json(&json!({"name": "Renamed"})).send().expect(200);
    service.request("DELETE", &key_path(&key)).send().expect(200);
    service.request("DELETE", WEB).send().expect(200);
    act(service, WEB, "restore").expect(200);
    let deleted = service.delete("acme");
    assert!(deleted["suspended_at"].is_string() && deleted["deleted_at"].is_string(), "{deleted}");
    for verb in ["suspend", "resume"] {
        act(service, ACME, verb).expect_error(404, "not_found", None);
    }
    let restored = act(service, ACME, "restore").expect(200);
    assert_eq!(restored["suspended_at"], deleted["suspended_at"]);
}

/// The checks come in the order in which they always do.
pub fn suspension_takes_a_system_key_and_no_body(service: &Service) {
    let acme = service.create("acme");
    let (tenant, reader) = (organization_key(service, &acme, &["admin:*"]), system_key(service, &["admin:read"]));
    let writer = system_key(service, &["admin:organizations:write"]);
    for verb in ["suspend", "resume"] {
        let send = |name: &str, key: &str, body: &str| {
            let request = service.request("POST", &format!("{ORGANIZATIONS}/{name}/{verb}")).key(key);
            request.body("application/json", body).send()
        };
        for name in ["acme", "nobody", "No%20Slug"] {
            for key in [&tenant, &reader] {
                send(name, secret(key), "nonsense").expect_error(403, "forbidden", None);
            }
        }
        let full = &service.keys().full;
        for name in ["nobody", "No%20Slug", ABSENT] {
            send(name, full, "nonsense").expect_error(404, "not_found", None);
        }
        send("acme", full, "nonsense").expect_error(400, "bad_request", None);
        send("acme", full, "[]").expect_error(400, "validation_error", None);
        send("acme", full, r#"{"reason":"x"}"#).expect_error(400, "validation_error", Some("reason"));
        let answer = service.request("POST", &format!("{ACME}/{verb}?x=1")).send();
        answer.expect_error(400, "bad_request", Some("x"));
        let answer = service.request("POST", &format!("{ACME}/{verb}")).body("text/plain", "{}").send();
        answer.expect_error(415, "unsupported_media_type", None);
        assert_eq!(service.get(ACME).send().expect(200), acme);
    }
    let send = |verb: &str| {
        let request = service.request("POST", &format!("{ACME}/{verb}")).key(secret(&writer));
        request.body("application/json", "{}").send().expect(200)
    };
    assert!(send("suspend")["suspended_at"].is_string());
    assert!(send("resume").get("suspended_at").is_none());
}
