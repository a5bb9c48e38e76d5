//! What a user's key may do: in each organization what the user's role allows there.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        API_KEYS, ids, key_path, member, organization_as_owner, organization_key, project, project_as_owner, secret,
        text, user, user_key,
    },
};

/// The roles, from the least to the greatest.
const ROLES: [&str; 3] = ["member", "admin", "owner"];

/// Something that is done in an organization.
struct Operation {
    /// The least role that may do it.
    least: &'static str,
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// The answer to who may.
    status: u16,
}

impl Operation {
    fn read(path: String) -> Self {
        Self { least: "member", method: "GET", path, body: None, status: 200 }
    }

    fn write(least: &'static str, method: &'static str, path: String, body: Option<Value>, status: u16) -> Self {
        Self { least, method, path, body, status }
    }

    fn ask(&self, service: &Service, key: &str) -> Answer {
        let request = service.request(self.method, &self.path).key(key);
        match &self.body {
            None => request.send(),
            Some(body) => request.json(body).send(),
        }
    }
}

/// Something of every kind, in an order in which each can be done after those before it.
fn operations(organization: &Value, web: &Value, founder: &Value, user: &Value) -> Vec<Operation> {
    let of = format!("{ORGANIZATIONS}/{}", text(organization, "slug"));
    let (projects, web_path) = (format!("{of}/projects"), format!("{of}/projects/web"));
    let [member_founder, member] = [founder, user].map(|user| format!("{of}/members/{}", text(user, "id")));
    let of_web = format!("{web_path}/members");
    let member_of_web = format!("{of_web}/{}", text(user, "id"));
    let reads = ["", "/projects", "/projects/web", "/members", "/projects/web/members", "/api-keys"];
    let mut all: Vec<_> = reads.iter().map(|path| Operation::read(format!("{of}{path}"))).collect();
    all.extend([member.clone(), format!("{web_path}/api-keys")].map(Operation::read));
    let key = |owner: Value, scopes: Value| Some(json!({"name": "ci", "owner": owner, "scopes": scopes}));
    let own = || organization_as_owner(organization);
    all.extend([
        Operation::write("admin", "PATCH", of.clone(), Some(json!({"name": "N"})), 200),
        Operation::write("admin", "POST", projects, Some(json!({"slug": "new", "name": "N"})), 201),
        Operation::write("admin", "PATCH", web_path.clone(), Some(json!({"name": "N"})), 200),
        Operation::write("admin", "POST", of_web, Some(json!({"user_id": founder["id"]})), 201),
        Operation::write("admin", "PATCH", member_of_web.clone(), Some(json!({"role": "owner"})), 200),
        Operation::write("admin", "PATCH", member_of_web.clone(), Some(json!({})), 200),
        Operation::write("admin", "PATCH", member.clone(), Some(json!({"role": "admin"})), 200),
        Operation::write("owner", "PATCH", member.clone(), Some(json!({"role": "owner"})), 200),
        Operation::write("owner", "PATCH", member_founder.clone(), Some(json!({"role": "admin"})), 200),
        Operation::write("owner", "DELETE", member_founder, None, 200),
        Operation::write("admin", "POST", API_KEYS.to_owned(), key(own(), json!(["billing", "admin:read"])), 201),
        Operation::write("admin", "POST", API_KEYS.to_owned(), key(project_as_owner(web), json!(["admin:*"])), 201),
        // A key of the organization is bound by no role.
        Operation::write("owner", "POST", API_KEYS.to_owned(), key(own(), json!(["admin:members:write"])), 201),
        Operation::write("owner", "POST", API_KEYS.to_owned(), key(own(), json!(["admin:*"])), 201),
        Operation::write("admin", "DELETE", member, None, 200),
        Operation::write("admin", "DELETE", web_path.clone(), None, 200),
        Operation::write("admin", "POST", format!("{web_path}/restore"), None, 200),
        Operation::write("owner", "DELETE", of, None, 200),
    ]);
    all
}

/// Every operation by every role; what is refused changes nothing, so that the next role finds all as it was.
pub fn each_role_may_do_what_it_allows(service: &Service) {
    let ann = user(service, "ann");
    for (rank, role) in ROLES.into_iter().enumerate() {
        let organization = service.create(role);
        let of = format!("{ORGANIZATIONS}/{role}");
        let web = project(service, role, "web");
        let caller = user(service, role);
        let founder = user(service, &format!("founder-{role}"));
        member(service, &of, &founder, "owner");
        member(service, &of, &caller, role);
        for of in [of.clone(), format!("{of}/projects/web")] {
            member(service, &of, &ann, "member");
        }
        let key = user_key(service, &caller, &["admin:*"]);
        for operation in operations(&organization, &web, &founder, &ann) {
            let answer = operation.ask(service, secret(&key));
            let what = format!("{} {} {:?} by {role}", operation.method, operation.path, operation.body);
            if ROLES[..=rank].contains(&operation.least) {
                assert_eq!(answer.status, operation.status, "{what}: {}", String::from_utf8_lossy(&answer.body));
            } else {
                assert_eq!(answer.status, 403, "{what}: {}", String::from_utf8_lossy(&answer.body));
                let message = answer.expect_error(403, "forbidden", None);
                assert!(message.starts_with("this takes the role "), "{what}: {message}");
            }
        }
    }
}

/// The role is asked for once the thing is known to be there, and before the request is looked at.
pub fn the_role_goes_after_reach_and_before_body_and_query(service: &Service) {
    service.create("acme");
    service.create("other");
    let (ann, web) = (user(service, "ann"), project(service, "acme", "web"));
    project(service, "other", "web");
    let of = format!("{ORGANIZATIONS}/acme");
    member(service, &of, &ann, "member");
    let key = user_key(service, &ann, &["admin:*"]);
    let own_key = organization_key(service, &service.get(&of).send().expect(200), &[]);
    let path_of_ann = format!("/members/{}", text(&ann, "id"));
    for (method, path) in [
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/projects"),
        ("PATCH", "/projects/web"),
        ("DELETE", "/projects/web"),
        ("POST", "/projects/web/restore"),
        ("POST", "/projects/web/members"),
        ("PATCH", path_of_ann.as_str()),
        ("DELETE", path_of_ann.as_str()),
    ] {
        let ask = |organization: &str| {
            let target = format!("{ORGANIZATIONS}/{organization}{path}?x=1");
            service.request(method, &target)
        };
        ask("other").anonymous().send().expect_error(401, "missing_credentials", None);
        ask("other").key(&service.keys().read_only).send().expect_error(403, "forbidden", None);
        for absent in ["other", "nobody"] {
            ask(absent).key(secret(&key)).send().expect_error(404, "not_found", None);
        }
        ask("acme").key(secret(&key)).send().expect_error(403, "forbidden", None);
        ask("acme").send().expect_error(400, "bad_request", Some("x"));
    }
    for (method, suffix) in [("PATCH", ""), ("DELETE", ""), ("POST", "/rotate")] {
        let ask = || {
            let target = format!("{}{suffix}?x=1", key_path(&own_key));
            service.request(method, &target)
        };
        ask().key(secret(&key)).send().expect_error(403, "forbidden", None);
        ask().send().expect_error(400, "bad_request", Some("x"));
    }
    assert_eq!(service.get(&format!("{of}/projects/web")).send().expect(200), web);
}

/// A user's key reaches the organizations that it is a member of, and its own keys.
pub fn a_users_key_sees_its_organizations_alone(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (ann, bob) = (user(service, "ann"), user(service, "bob"));
    let key = user_key(service, &ann, &["admin:read"]);
    let list = |target: &str| service.get(target).key(secret(&key)).send().expect(200);
    assert_eq!(list(ORGANIZATIONS)["data"], json!([]));
    for of in ["acme", "other"] {
        member(service, &format!("{ORGANIZATIONS}/{of}"), &ann, "member");
    }
    assert_eq!(list(ORGANIZATIONS)["data"], json!([other, acme]));
    let of_acme = organization_key(service, &acme, &[]);
    user_key(service, &bob, &[]);
    assert_eq!(ids(&list(API_KEYS)), [text(&of_acme, "id"), text(&key, "id")]);
    let own = list(&format!("/admin/v1/users/{}/api-keys", text(&ann, "id")));
    assert_eq!(ids(&own), [text(&key, "id")]);
}

/// Being a member and its end hold from their answer on.
pub fn a_role_holds_from_its_change_on(service: &Service) {
    service.create("acme");
    let ann = user(service, "ann");
    let of = format!("{ORGANIZATIONS}/acme");
    let key = user_key(service, &ann, &["admin:*"]);
    let rename = || service.request("PATCH", &of).key(secret(&key)).json(&json!({"name": "N"})).send();
    rename().expect_error(404, "not_found", None);
    member(service, &of, &ann, "member");
    rename().expect_error(403, "forbidden", None);
    let path = format!("{of}/members/{}", text(&ann, "id"));
    service.request("PATCH", &path).json(&json!({"role": "admin"})).send().expect(200);
    rename().expect(200);
    service.request("DELETE", &path).send().expect(200);
    rename().expect_error(404, "not_found", None);
}
