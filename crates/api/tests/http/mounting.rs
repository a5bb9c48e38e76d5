//! The API in another program's `App`.

use serde_json::json;

use crate::support::{Options, Running};

#[test]
fn the_routes_may_be_mounted_beneath_a_prefix() {
    let running = Running::start_with(&Options { prefix: "/tenancy", ..Options::default() });
    let service = &running.service;
    for (slug, name) in [("acme", "Acme"), ("b", "B")] {
        let body = json!({"slug": slug, "name": name});
        let answer = service.request("POST", "/tenancy/admin/v1/organizations").json(&body).send();
        answer.expect(201);
        assert_eq!(answer.header("location"), Some(format!("/tenancy/admin/v1/organizations/{slug}").as_str()));
    }
    service.get("/tenancy/admin/v1/organizations/%61cme").send().expect(200);
    let list = service.get("/tenancy/admin/v1/organizations?limit=1").send();
    assert!(list.link("next").unwrap().starts_with("/tenancy/admin/v1/organizations?"), "{list:?}");
    service.get("/admin/v1/organizations").send().expect_error(404, "not_found", None);
}

#[test]
fn what_a_neighbour_refuses_is_given_as_an_envelope_too() {
    let answer = Running::start().service.get("/neighbour/teapot").send();
    answer.expect_error(418, "bad_request", None);
    assert_eq!(answer.header("x-neighbour"), Some("1"));
}
