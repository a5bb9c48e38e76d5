//! How far a key reaches among dynamic providers.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, PROVIDERS, ids, member, organization_as_owner, organization_key, project, project_as_owner,
        project_key, provider, provider_path, secret, system_key, text, user, user_as_owner, user_key, whole,
    },
};

/// Every operation on one provider, with a body that it takes.
const OPERATIONS: [(&str, &str, Option<&str>); 4] =
    [("GET", "", None), ("PATCH", "", Some(r#"{"name":"x"}"#)), ("POST", "/reveal", None), ("DELETE", "", None)];

fn ask(service: &Service, key: &str, (method, suffix, body): (&str, &str, Option<&str>), id: &str) -> Answer {
    let target = format!("{PROVIDERS}/{id}{suffix}");
    let request = service.request(method, &target).key(key).header("X-Request-Id", "same");
    match body {
        None => request.send(),
        Some(body) => request.body("application/json", body).send(),
    }
}

/// Nobody learns of another tenant's providers, nor a project of its organization's.
pub fn anothers_provider_and_none_give_the_same_answer(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (web, app, ada) = (project(service, "acme", "web"), project(service, "acme", "app"), user(service, "ada"));
    let [of_acme, of_other, of_app, of_ada] =
        [organization_as_owner(&acme), organization_as_owner(&other), project_as_owner(&app), user_as_owner(&ada)]
            .map(|owner| provider(service, &owner, "main"));
    let keys = [
        (organization_key(service, &acme, &["admin:*"]), vec![&of_other, &of_ada]),
        (project_key(service, &web, &["admin:*"]), vec![&of_acme, &of_app, &of_other, &of_ada]),
        (user_key(service, &user(service, "bob"), &["admin:*"]), vec![&of_acme, &of_app, &of_other, &of_ada]),
    ];
    for (key, theirs) in &keys {
        for operation in OPERATIONS {
            let absent = ask(service, secret(key), operation, ABSENT);
            absent.expect_error(404, "not_found", None);
            for made in theirs {
                assert_eq!(whole(&ask(service, secret(key), operation, text(made, "id"))), whole(&absent));
            }
        }
    }
    for made in [&of_acme, &of_other, &of_app, &of_ada] {
        assert_eq!(service.get(&provider_path(made)).send().expect(200), *made);
    }
}

/// Nobody learns of others' organizations, projects and users by making providers for them.
pub fn an_owner_out_of_reach_and_none_give_the_same_answer(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:providers:write"]);
    let create = |key: &str, owner: Value| {
        let body = json!({"name": "new", "owner": owner, "provider_type": "openai", "api_key": "sk-0"});
        service.request("POST", PROVIDERS).key(key).header("X-Request-Id", "same").json(&body).send()
    };
    let (theirs, ada) = (project(service, "other", "web"), user(service, "ada"));
    for (owner, absent) in [
        (organization_as_owner(&other), json!({"type": "organization", "org_id": ABSENT})),
        (project_as_owner(&theirs), json!({"type": "project", "project_id": ABSENT})),
        (user_as_owner(&ada), json!({"type": "user", "user_id": ABSENT})),
    ] {
        let absent = create(secret(&own), absent);
        absent.expect_error(404, "not_found", None);
        assert_eq!(whole(&create(secret(&own), owner)), whole(&absent));
    }
    create(secret(&own), organization_as_owner(&acme)).expect(201);
    let of_project = project_key(service, &project(service, "acme", "web"), &["admin:*"]);
    create(secret(&of_project), organization_as_owner(&acme)).expect_error(403, "forbidden", None);
    service.delete("other");
    for gone in [organization_as_owner(&other), project_as_owner(&theirs)] {
        create(&service.keys().full, gone).expect_error(404, "not_found", None);
    }
}

/// Credentials, scope, reach, role, body and query.
pub fn the_order_of_the_checks(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let ann = user(service, "ann");
    member(service, &format!("{ORGANIZATIONS}/acme"), &ann, "member");
    let own = organization_key(service, &acme, &["admin:*"]);
    let (of_ann, unscoped) = (user_key(service, &ann, &["admin:*"]), system_key(service, &["billing"]));
    let mine = provider_path(&provider(service, &organization_as_owner(&acme), "main"));
    let theirs = provider_path(&provider(service, &organization_as_owner(&other), "main"));
    for (method, suffix) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/reveal")] {
        let ask = |path: &str| service.request(method, &format!("{path}{suffix}?x=1")).body("text/plain", "nonsense");
        ask(&theirs).anonymous().send().expect_error(401, "missing_credentials", None);
        ask(&theirs).key(&service.keys().revoked).send().expect_error(401, "invalid_api_key", None);
        ask(&theirs).key(secret(&unscoped)).send().expect_error(403, "forbidden", None);
        ask(&format!("{PROVIDERS}/none")).key(secret(&unscoped)).send().expect_error(403, "forbidden", None);
        for key in [&own, &of_ann] {
            ask(&theirs).key(secret(key)).send().expect_error(404, "not_found", None);
        }
        if method != "GET" {
            ask(&mine).key(secret(&of_ann)).send().expect_error(403, "forbidden", None);
        }
        ask(&mine).key(secret(&own)).send().expect_error(400, "bad_request", Some("x"));
    }
    let change = |path: &str, key: &Value| {
        service.request("PATCH", path).key(secret(key)).json(&json!({"config": {"password": "x"}})).send()
    };
    change(&theirs, &own).expect_error(404, "not_found", None);
    change(&mine, &of_ann).expect_error(403, "forbidden", None);
    change(&mine, &own).expect_error(400, "validation_error", Some("config.password"));
    let list =
        |slug: &str| service.get(&format!("{ORGANIZATIONS}/{slug}/dynamic-providers?limit=0")).key(secret(&own)).send();
    list("other").expect_error(404, "not_found", None);
    list("acme").expect_error(400, "bad_request", Some("limit"));
}

/// The one list of all has what the caller reaches: its own, and all beneath.
pub fn a_key_lists_what_it_reaches(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    let made =
        [organization_as_owner(&acme), project_as_owner(&web), user_as_owner(&ada), organization_as_owner(&other)]
            .map(|owner| provider(service, &owner, "main"));
    let id = |n: usize| text(&made[n], "id");
    let of_ada = user_key(service, &ada, &["admin:read"]);
    let seen = |key: &Value| {
        let page = service.get(PROVIDERS).key(secret(key)).send().expect(200);
        ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(seen(&of_ada), [id(2)]);
    assert_eq!(seen(&organization_key(service, &acme, &["admin:read"])), [id(1), id(0)]);
    assert_eq!(seen(&project_key(service, &web, &["admin:read"])), [id(1)]);
    let of = format!("{ORGANIZATIONS}/acme");
    member(service, &of, &ada, "member");
    assert_eq!(seen(&of_ada), [id(2), id(1), id(0)]);
    service.request("DELETE", &format!("{of}/members/{}", text(&ada, "id"))).send().expect(200);
    assert_eq!(seen(&of_ada), [id(2)]);
    let of_web = project_key(service, &web, &["admin:*"]);
    let list = |path: &str| service.get(&format!("{path}/dynamic-providers")).key(secret(&of_web)).send();
    list(&of).expect_error(403, "forbidden", None);
    list(&format!("{of}/projects/web")).expect(200);
}

/// The deletion of an organization, or of a project, hides its providers, and restoring it brings them back.
pub fn providers_go_and_come_with_their_owners(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let own = provider(service, &organization_as_owner(&acme), "main");
    let of_web = provider(service, &project_as_owner(&web), "main");
    let of = format!("{ORGANIZATIONS}/acme");
    let full = service.keys().full.clone();
    let is_gone = |made: &Value| {
        let absent = ask(service, &full, OPERATIONS[0], ABSENT);
        assert_eq!(whole(&ask(service, &full, OPERATIONS[0], text(made, "id"))), whole(&absent));
        for operation in &OPERATIONS[1..] {
            ask(service, &full, *operation, text(made, "id")).expect_error(404, "not_found", None);
        }
    };
    let all = || service.get(PROVIDERS).send().expect(200)["data"].clone();
    service.request("DELETE", &format!("{of}/projects/web")).send().expect(200);
    is_gone(&of_web);
    assert_eq!(all(), json!([own]));
    service.delete("acme");
    is_gone(&own);
    is_gone(&of_web);
    assert_eq!(all(), json!([]));
    let restore = |path: &str| service.request("POST", &format!("{path}/restore")).send().expect(200);
    restore(&format!("{ORGANIZATIONS}/{}", text(&acme, "id")));
    assert_eq!(all(), json!([own]));
    is_gone(&of_web);
    restore(&format!("{of}/projects/web"));
    assert_eq!(all(), json!([of_web, own]));
    for made in [&own, &of_web] {
        assert_eq!(service.get(&provider_path(made)).send().expect(200), *made);
        ask(service, &full, OPERATIONS[2], text(made, "id")).expect(200);
    }
}
