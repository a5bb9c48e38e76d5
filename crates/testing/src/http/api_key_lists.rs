//! Lists of keys.

use serde_json::Value;

use super::{
    ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, API_KEYS, USERS, ids, organization_key, project, project_key, secret, system_key, text, user, user_key,
    },
};

fn beneath(organization: &str) -> String {
    format!("/admin/v1/organizations/{organization}/api-keys")
}
/// The one list of all keys, by the kind of owner.
pub fn keys_are_listed_by_their_kind_of_owner(service: &Service) {
    let acme = service.create("acme");
    let (own, system) = (organization_key(service, &acme, &[]), system_key(service, &[]));
    let list = |query: &str| service.get(&format!("{API_KEYS}{query}")).send().expect(200);
    let all = list("");
    assert_eq!(ids(&all)[..2], [text(&system, "id"), text(&own, "id")]);
    assert_eq!(ids(&list("?owner_type=organization")), [text(&own, "id")]);
    let of_system = list("?owner_type=system");
    assert_eq!(ids(&of_system).len() + 1, ids(&all).len());
    assert!(!ids(&of_system).contains(&text(&own, "id")));
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    for (kind, key) in [("project", project_key(service, &web, &[])), ("user", user_key(service, &ada, &[]))] {
        assert_eq!(ids(&list(&format!("?owner_type={kind}"))), [text(&key, "id")]);
    }
    for (query, param) in [("?owner_type=tenant", "owner_type"), ("?owner_type=", "owner_type"), ("?x=1", "x")] {
        let answer = service.get(&format!("{API_KEYS}{query}")).send();
        answer.expect_error(400, "bad_request", Some(param));
    }
}

/// An organization's own keys, and no others.
pub fn an_organizations_keys_are_listed_beneath_it(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let own = organization_key(service, &acme, &["admin:read"]);
    organization_key(service, &other, &[]);
    for name in ["acme", text(&acme, "id")] {
        let path = format!("/admin/v1/organizations/{name}/api-keys");
        for key in [&service.keys().full, secret(&own)] {
            let page = service.get(&path).key(key).send().expect(200);
            assert_eq!(ids(&page), [text(&own, "id")]);
        }
    }
    service.get("/admin/v1/organizations/nobody/api-keys").send().expect_error(404, "not_found", None);
    let answer = service.get("/admin/v1/organizations/acme/api-keys?owner_type=system").send();
    answer.expect_error(400, "bad_request", Some("owner_type"));
}

/// A project's and a user's own keys; those of a project are not also its organization's.
pub fn the_keys_of_projects_and_users_are_listed_beneath_them(service: &Service) {
    service.create("acme");
    let (web, app) = (project(service, "acme", "web"), project(service, "acme", "app"));
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    let of_web = project_key(service, &web, &["admin:read"]);
    let of_ada = user_key(service, &ada, &["admin:read"]);
    project_key(service, &app, &[]);
    user_key(service, &bob, &[]);
    let of_users = |user: &Value| format!("{USERS}/{}/api-keys", text(user, "id"));
    for (path, own) in [
        (format!("{ORGANIZATIONS}/acme/projects/web/api-keys"), &of_web),
        (format!("{ORGANIZATIONS}/acme/projects/{}/api-keys", text(&web, "id")), &of_web),
        (of_users(&ada), &of_ada),
    ] {
        for key in [&service.keys().full, secret(own)] {
            let page = service.get(&path).key(key).send().expect(200);
            assert_eq!(ids(&page), [text(own, "id")], "{path}");
        }
        service.get(&format!("{path}?x=1")).send().expect_error(400, "bad_request", Some("x"));
    }
    assert_eq!(ids(&service.get(&beneath("acme")).send().expect(200)), [""; 0]);
    service.get(&of_users(&ada)).key(secret(&of_web)).send().expect_error(404, "not_found", None);
    service.get(&of_users(&bob)).key(secret(&of_ada)).send().expect_error(404, "not_found", None);
    for nobody in [ABSENT, "ada", "%ff"] {
        service.get(&format!("{USERS}/{nobody}/api-keys?x=1")).send().expect_error(404, "not_found", None);
    }
}

/// The links keep the filter.
pub fn a_list_of_keys_is_walked_with_what_was_asked_for(service: &Service) {
    let acme = service.create("acme");
    let mut made: Vec<_> = (0..5).map(|_| text(&organization_key(service, &acme, &[]), "id").to_owned()).collect();
    made.reverse();
    for start in [format!("{API_KEYS}?owner_type=organization&limit=2"), format!("{}?limit=2", beneath("acme"))] {
        let (mut next, mut walked) = (Some(start), Vec::new());
        while let Some(target) = next {
            let answer = service.get(&target).send();
            walked.extend(ids(&answer.expect(200)).into_iter().map(str::to_owned));
            next = answer.link("next").map(str::to_owned);
        }
        assert_eq!(walked, made);
    }
}
