//! What lies beyond a key's reach is not there.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service, document,
    fixtures::{
        API_KEYS, ids, issue, key_path, lets_in, member, organization_key, project, project_as_owner, project_key,
        secret, text, user, user_key, whole,
    },
};

const ACME: &str = "/admin/v1/organizations/acme";

/// Every operation beneath an organization, asked of one that the key does not reach and of one that is not there.
pub fn a_foreign_organization_and_none_give_the_same_answer(service: &Service) {
    service.create("acme");
    project(service, "acme", "acme");
    let other = service.create("other");
    let (web, ann) = (project(service, "other", "web"), user(service, "ann"));
    member(service, &format!("{ORGANIZATIONS}/other"), &ann, "owner");
    let callers = [
        organization_key(service, &other, &["admin:*"]),
        project_key(service, &web, &["admin:*"]),
        user_key(service, &ann, &["admin:*"]),
    ];
    for endpoint in document::endpoints(service).iter().filter(|endpoint| endpoint.path.starts_with(ACME)) {
        let absent = endpoint.path.replacen("acme", "nobody", 1);
        for (method, key) in endpoint.methods.iter().flat_map(|method| callers.iter().map(move |key| (method, key))) {
            let ask = |path: &str| {
                let request = service.request(method, path).key(secret(key)).header("X-Request-Id", "same");
                if ["GET", "DELETE"].contains(method) { request.send() } else { request.json(&json!({})).send() }
            };
            let refused = ask(&absent);
            assert!([403, 404].contains(&refused.status), "{method} {absent}");
            assert_eq!(whole(&ask(&endpoint.path)), whole(&refused), "{method} {}", endpoint.path);
        }
    }
    let list = service.get(ORGANIZATIONS).send().expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
}

/// Every operation beneath a project, asked by the key of another one of the same organization.
pub fn a_sibling_project_and_none_give_the_same_answer(service: &Service) {
    service.create("acme");
    let web = project(service, "acme", "web");
    project(service, "acme", "acme");
    let key = project_key(service, &web, &["admin:*"]);
    let sibling = format!("{ACME}/projects/acme");
    for endpoint in document::endpoints(service).iter().filter(|endpoint| endpoint.path.starts_with(&sibling)) {
        let absent = endpoint.path.replacen("projects/acme", "projects/nobody", 1);
        for method in &endpoint.methods {
            let ask = |path: &str| {
                let request = service.request(method, path).key(secret(&key)).header("X-Request-Id", "same");
                if ["GET", "DELETE"].contains(method) { request.send() } else { request.json(&json!({})).send() }
            };
            assert_eq!(whole(&ask(&endpoint.path)), whole(&ask(&absent)), "{method} {}", endpoint.path);
        }
    }
}

/// Its project and all beneath it, and of its organization the row alone, to read.
pub fn a_projects_key_reaches_its_project_and_its_organizations_row(service: &Service) {
    let acme = service.create("acme");
    let (web, app, ann) = (project(service, "acme", "web"), project(service, "acme", "app"), user(service, "ann"));
    member(service, ACME, &ann, "member");
    let key = project_key(service, &web, &["admin:*"]);
    let (of_acme, of_app) = (organization_key(service, &acme, &[]), project_key(service, &app, &[]));
    let ask = |method: &str, path: &str, body: Option<Value>| -> Answer {
        let request = service.request(method, path).key(secret(&key));
        match body {
            None => request.send(),
            Some(body) => request.json(&body).send(),
        }
    };
    let path = format!("{ACME}/projects/web");
    assert_eq!(ask("GET", ORGANIZATIONS, None).expect(200)["data"], json!([acme]));
    assert_eq!(ask("GET", ACME, None).expect(200), acme);
    assert_eq!(ask("GET", &format!("{ACME}/projects"), None).expect(200)["data"], json!([web]));
    assert_eq!(ask("GET", &path, None).expect(200), web);
    assert_eq!(ids(&ask("GET", API_KEYS, None).expect(200)), [text(&key, "id")]);
    for foreign in [&of_acme, &of_app] {
        ask("GET", &key_path(foreign), None).expect_error(404, "not_found", None);
    }

    ask("PATCH", &path, Some(json!({"name": "N"}))).expect(200);
    ask("POST", &format!("{path}/members"), Some(json!({"user_id": ann["id"]}))).expect(201);
    let new = json!({"name": "ci", "owner": project_as_owner(&web), "scopes": ["admin:read"]});
    ask("POST", API_KEYS, Some(new)).expect(201);
    for (method, path, body) in [
        ("PATCH", ACME.to_owned(), Some(json!({"name": "N"}))),
        ("DELETE", ACME.to_owned(), None),
        ("POST", format!("{ACME}/projects"), Some(json!({"slug": "new", "name": "N"}))),
        ("GET", format!("{ACME}/members"), None),
        ("GET", format!("{ACME}/members/{}", text(&ann, "id")), None),
        ("GET", format!("{ACME}/api-keys"), None),
    ] {
        ask(method, &path, body).expect_error(403, "forbidden", None);
    }
    // Also when the project does it to itself: the answer is its key's last.
    ask("DELETE", &path, None).expect(200);
    assert!(!lets_in(service, secret(&key)));
}

/// What a project's key may hand out ends with the project.
pub fn a_projects_key_makes_keys_for_its_project_alone(service: &Service) {
    let acme = service.create("acme");
    let (web, app) = (project(service, "acme", "web"), project(service, "acme", "app"));
    let key = project_key(service, &web, &["admin:*"]);
    let make = |owner: Value| {
        let body = json!({"name": "ci", "owner": owner, "scopes": ["billing"]});
        service.request("POST", API_KEYS).key(secret(&key)).json(&body).send()
    };
    make(project_as_owner(&web)).expect(201);
    make(project_as_owner(&app)).expect_error(404, "not_found", None);
    make(json!({"type": "organization", "org_id": acme["id"]})).expect_error(403, "forbidden", None);
    make(json!({"type": "system"})).expect_error(403, "forbidden", None);
    issue(service, &json!({"name": "ci", "owner": project_as_owner(&app)}));
}
