//! Lists of keys.

use serde_json::Value;

use super::{API_KEYS, organization_key, secret, system_key, text};
use crate::support::Running;

fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|key| text(key, "id")).collect()
}

#[test]
fn keys_are_listed_by_their_kind_of_owner() {
    let running = Running::start();
    let service = &running.service;
    let acme = service.create("acme");
    let (own, system) = (organization_key(service, &acme, &[]), system_key(service, &[]));
    let list = |query: &str| service.get(&format!("{API_KEYS}{query}")).send().expect(200);
    let all = list("");
    assert_eq!(ids(&all)[..2], [text(&system, "id"), text(&own, "id")]);
    assert_eq!(ids(&list("?owner_type=organization")), [text(&own, "id")]);
    let of_system = list("?owner_type=system");
    assert_eq!(ids(&of_system).len() + 1, ids(&all).len());
    assert!(!ids(&of_system).contains(&text(&own, "id")));
    for none in ["project", "user"] {
        assert!(ids(&list(&format!("?owner_type={none}"))).is_empty());
    }
    for (query, param) in [("?owner_type=tenant", "owner_type"), ("?owner_type=", "owner_type"), ("?x=1", "x")] {
        let answer = service.get(&format!("{API_KEYS}{query}")).send();
        answer.expect_error(400, "bad_request", Some(param));
    }
}

#[test]
fn an_organizations_keys_are_listed_beneath_it() {
    let running = Running::start();
    let service = &running.service;
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

#[test]
fn a_list_of_keys_is_walked_with_what_was_asked_for() {
    let running = Running::start();
    let service = &running.service;
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

fn beneath(organization: &str) -> String {
    format!("/admin/v1/organizations/{organization}/api-keys")
}
