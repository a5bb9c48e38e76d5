//! How much an organization may have.

use serde_json::{Value, json};
use tenancy_testing::http::{
    Answer, concurrency,
    fixtures::{API_KEYS, issue, key_path, member, organization_as_owner, project, project_as_owner, text, user},
};

use crate::support::{Options, Running};

const ACME: &str = "/admin/v1/organizations/acme";

fn with_limits_of_two() -> Running {
    let running = Running::start_with(&Options { limit: 2, ..Options::default() });
    running.service.create("acme");
    running
}

fn expect_refusal(answer: &Answer, what: &str) {
    let message = answer.expect_error(409, "quota_exceeded", None);
    assert_eq!(message, format!("the organization already has as many {what} as it may have (2)"));
}

#[test]
fn an_organization_has_so_many_keys_that_are_not_revoked_those_of_its_projects_included() {
    let running = with_limits_of_two();
    let service = &running.service;
    let key = |owner: &Value| json!({"name": "ci", "owner": owner});
    let organization = service.get(ACME).send().expect(200);
    let acme = key(&organization_as_owner(&organization));
    let first = issue(service, &acme);
    issue(service, &key(&project_as_owner(&project(service, "acme", "web"))));
    expect_refusal(&service.request("POST", API_KEYS).json(&acme).send(), "API keys");
    issue(service, &key(&organization_as_owner(&service.create("other"))));
    service.request("DELETE", &key_path(&first)).send().expect(200);
    issue(service, &acme);
}

#[test]
fn an_organization_has_so_many_live_projects() {
    let running = with_limits_of_two();
    let service = &running.service;
    for slug in ["web", "app"] {
        project(service, "acme", slug);
    }
    let create =
        || service.request("POST", &format!("{ACME}/projects")).json(&json!({"slug": "new", "name": "N"})).send();
    expect_refusal(&create(), "projects");
    service.request("DELETE", &format!("{ACME}/projects/web")).send().expect(200);
    create().expect(201);
    let restore = |name: &str| service.request("POST", &format!("{ACME}/projects/{name}/restore")).send();
    expect_refusal(&restore("web"), "projects");
    restore("nobody").expect_error(404, "not_found", None);
    service.request("DELETE", &format!("{ACME}/projects/new")).send().expect(200);
    restore("web").expect(200);
}

#[test]
fn an_organization_has_so_many_members_and_a_project_any_of_them() {
    let running = with_limits_of_two();
    let service = &running.service;
    let users = ["ada", "bob", "eve"].map(|name| user(service, name));
    project(service, "acme", "web");
    let web = format!("{ACME}/projects/web");
    for user in &users[..2] {
        member(service, ACME, user, "member");
        member(service, &web, user, "member");
    }
    let add = || service.request("POST", &format!("{ACME}/members")).json(&json!({"user_id": users[2]["id"]})).send();
    expect_refusal(&add(), "members");
    let path = format!("{ACME}/members/{}", text(&users[0], "id"));
    service.request("DELETE", &path).send().expect(200);
    add().expect(201);
}

#[test]
fn of_many_who_make_something_at_once_as_many_succeed_as_may() {
    let limit = u64::try_from(concurrency::LIMIT).unwrap();
    concurrency::a_limit_is_not_passed(&Running::start_with(&Options { limit, ..Options::default() }).service);
}
