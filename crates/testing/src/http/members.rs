//! Members of organizations and of projects.

use serde_json::{Value, json};

use super::{
    ORGANIZATIONS, Service,
    fixtures::{ABSENT, ids, make, member, organization_key, project, secret, text, user, with},
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

/// An organization with a project, and a user that is a member of neither.
fn acme_and_ada(service: &Service) -> Value {
    service.create("acme");
    project(service, "acme", "web");
    make(service, "/admin/v1/users", &json!({"external_id": "ada", "email": "ada@example.com", "name": "Ada"}))
}

fn path(of: &str, user: &Value) -> String {
    format!("{of}/members/{}", text(user, "id"))
}

/// The whole life of a membership, at both of its places.
pub fn a_member_is_added_found_given_another_role_and_removed(service: &Service) {
    let ada = acme_and_ada(service);
    for of in [ACME, WEB] {
        let list = format!("{of}/members");
        let answer = service.request("POST", &list).json(&json!({"user_id": ada["id"]})).send();
        let added = answer.expect(201);
        assert_eq!(added, with(&ada, &json!({"role": "member", "joined_at": added["joined_at"]})));
        let location = answer.header("location").unwrap();
        assert_eq!(location, path(of, &ada));
        assert_eq!(service.get(location).send().expect(200), added);
        assert_eq!(service.get(&list).send().expect(200)["data"], json!([added]));
        let change = |body: Value| service.request("PATCH", location).json(&body).send().expect(200);
        for same in [json!({}), json!({"role": "member"})] {
            assert_eq!(change(same), added);
        }
        let admin = with(&added, &json!({"role": "admin"}));
        assert_eq!(change(json!({"role": "admin"})), admin);
        assert_eq!(service.get(location).send().expect(200), admin);
    }
    for of in [WEB, ACME] {
        let removed = service.request("DELETE", &path(of, &ada)).send().expect(200);
        assert_eq!((&removed["id"], &removed["role"]), (&ada["id"], &json!("admin")));
        service.get(&path(of, &ada)).send().expect_error(404, "not_found", None);
        service.request("DELETE", &path(of, &ada)).send().expect_error(404, "not_found", None);
    }
    service.get(&format!("/admin/v1/users/{}", text(&ada, "id"))).send().expect(200);
}

/// There must be such a user, and none of it already.
pub fn a_user_is_added_once(service: &Service) {
    let ada = acme_and_ada(service);
    for of in [ACME, WEB] {
        let add = |id: &Value| service.request("POST", &format!("{of}/members")).json(&json!({"user_id": id})).send();
        add(&json!(ABSENT)).expect_error(404, "not_found", None);
        add(&ada["id"]).expect(201);
        add(&ada["id"]).expect_error(409, "conflict", None);
    }
}

/// A stranger is as absent to a project as one who is nowhere.
pub fn a_member_of_a_project_is_one_of_its_organization(service: &Service) {
    let ada = acme_and_ada(service);
    let add = |id: &str| {
        let body = json!({"user_id": id});
        service.request("POST", &format!("{WEB}/members")).header("X-Request-Id", "same").json(&body).send()
    };
    let stranger = add(text(&ada, "id"));
    stranger.expect_error(404, "not_found", None);
    assert_eq!(stranger.json(), add(ABSENT).json());
    service.create("other");
    member(service, &format!("{ORGANIZATIONS}/other"), &ada, "owner");
    assert_eq!(stranger.json(), add(text(&ada, "id")).json());
    member(service, ACME, &ada, "member");
    add(text(&ada, "id")).expect(201);
}

/// Who is no member of the organization is none of its projects either.
pub fn who_leaves_an_organization_leaves_its_projects(service: &Service) {
    let ada = acme_and_ada(service);
    for of in [ACME, WEB] {
        member(service, of, &ada, "member");
    }
    service.request("DELETE", &path(ACME, &ada)).send().expect(200);
    assert_eq!(service.get(&format!("{WEB}/members")).send().expect(200)["data"], json!([]));
    // And does not come back by coming back.
    member(service, ACME, &ada, "member");
    service.get(&path(WEB, &ada)).send().expect_error(404, "not_found", None);
}

/// What had an owner keeps one.
pub fn the_last_owner_stays(service: &Service) {
    let ada = acme_and_ada(service);
    let bob = user(service, "bob");
    for of in [ACME, WEB] {
        member(service, of, &ada, "owner");
        member(service, of, &bob, "admin");
        let demote = |user| service.request("PATCH", &path(of, user)).json(&json!({"role": "admin"})).send();
        let remove = |user| service.request("DELETE", &path(of, user)).send();
        for refused in [demote(&ada), remove(&ada)] {
            refused.expect_error(409, "conflict", None);
        }
        service.request("PATCH", &path(of, &ada)).json(&json!({"role": "owner"})).send().expect(200);
        service.request("PATCH", &path(of, &bob)).json(&json!({"role": "owner"})).send().expect(200);
        demote(&ada).expect(200);
        remove(&bob).expect_error(409, "conflict", None);
    }
    // The last owner of a project may leave with its membership of the organization.
    service.request("PATCH", &path(ACME, &ada)).json(&json!({"role": "owner"})).send().expect(200);
    service.request("DELETE", &path(ACME, &bob)).send().expect(200);
    assert_eq!(ids(&service.get(&format!("{WEB}/members")).send().expect(200)), [text(&ada, "id")]);
}

/// What the fields may be, on adding and on changing.
pub fn the_rules_of_the_fields(service: &Service) {
    let ada = acme_and_ada(service);
    for of in [ACME, WEB] {
        let add = |body: &Value| service.request("POST", &format!("{of}/members")).json(body).send();
        let unhyphenated = json!(ABSENT.replace('-', ""));
        for (user_id, role, param) in [
            (json!("ada"), json!("member"), "user_id"),
            (unhyphenated, json!("member"), "user_id"),
            (Value::Null, json!("member"), "user_id"),
            (ada["id"].clone(), json!("Owner"), "role"),
            (ada["id"].clone(), json!(""), "role"),
            (ada["id"].clone(), Value::Null, "role"),
            (ada["id"].clone(), json!({"owner": null}), "role"),
        ] {
            add(&json!({"user_id": user_id, "role": role})).expect_error(400, "validation_error", Some(param));
        }
        add(&json!({})).expect_error(400, "validation_error", Some("user_id"));
        add(&json!({"user_id": ada["id"], "id": 1})).expect_error(400, "validation_error", Some("id"));
        member(service, of, &ada, "member");
        for (body, param) in [
            (json!({"role": "boss"}), "role"),
            (json!({"role": null}), "role"),
            (json!({"user_id": ABSENT}), "user_id"),
            (json!({"email": "x@example.com"}), "email"),
        ] {
            let answer = service.request("PATCH", &path(of, &ada)).json(&body).send();
            answer.expect_error(400, "validation_error", Some(param));
        }
        for nobody in [ABSENT, "ada", "%ff"] {
            for method in ["GET", "PATCH", "DELETE"] {
                let request = service.request(method, &format!("{of}/members/{nobody}?x=1"));
                request.send().expect_error(404, "not_found", None);
            }
        }
    }
}

/// Nobody else learns by it which users there are.
pub fn only_system_keys_add_to_an_organization(service: &Service) {
    let ada = acme_and_ada(service);
    let acme = service.get(ACME).send().expect(200);
    let tenant = organization_key(service, &acme, &["admin:*"]);
    let add = |of: &str, body: &str| {
        let request = service.request("POST", &format!("{of}/members")).body("application/json", body);
        request.key(secret(&tenant)).send()
    };
    let known = json!({"user_id": ada["id"]}).to_string();
    let unknown = json!({"user_id": ABSENT}).to_string();
    for body in [known.as_str(), unknown.as_str(), "nonsense"] {
        add(ACME, body).expect_error(403, "forbidden", None);
        add(&format!("{ORGANIZATIONS}/nobody"), body).expect_error(403, "forbidden", None);
    }
    // Roles, projects and removal are the organization's own.
    member(service, ACME, &ada, "member");
    add(WEB, &known).expect(201);
    let patch = service.request("PATCH", &path(ACME, &ada)).key(secret(&tenant)).json(&json!({"role": "owner"}));
    patch.send().expect(200);
    let bob = user(service, "bob");
    member(service, ACME, &bob, "owner");
    service.request("DELETE", &path(ACME, &ada)).key(secret(&tenant)).send().expect(200);
}

/// A user has a role in each organization, and is told of in each as itself.
pub fn a_user_belongs_to_many_organizations(service: &Service) {
    let ada = user(service, "ada");
    let joined: Vec<_> = [("acme", "owner"), ("other", "member")]
        .map(|(slug, role)| {
            service.create(slug);
            member(service, &format!("{ORGANIZATIONS}/{slug}"), &ada, role)
        })
        .into();
    service
        .request("PATCH", &format!("/admin/v1/users/{}", text(&ada, "id")))
        .json(&json!({"name": "A"}))
        .send()
        .expect(200);
    for (slug, member) in ["acme", "other"].into_iter().zip(joined) {
        let found = service.get(&path(&format!("{ORGANIZATIONS}/{slug}"), &ada)).send().expect(200);
        assert_eq!((&found["role"], &found["joined_at"]), (&member["role"], &member["joined_at"]));
        assert_eq!(found["name"], "A");
    }
    service.request("DELETE", &path(&format!("{ORGANIZATIONS}/other"), &ada)).send().expect(200);
    service.get(&path(ACME, &ada)).send().expect(200);
}
