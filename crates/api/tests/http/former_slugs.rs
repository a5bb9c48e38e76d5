//! Former slugs, where it takes a clock of one's own, a look at what storage is asked, or another place in the `App`.

use serde_json::json;
use tenancy_domain::{Timestamp, organizations::SlugCooldown};
use tenancy_testing::{
    doubles::FixedClock,
    http::{Answer, Service},
};

use crate::support::{Options, Running};

const LIST: &str = "/admin/v1/organizations";

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(1_700_000_000_000 + milliseconds).unwrap()
}

fn rename(service: &Service, from: &str, to: &str) -> Answer {
    service.request("PATCH", &format!("{LIST}/{from}")).json(&json!({"slug": to})).send()
}

fn create(service: &Service, slug: &str) -> Answer {
    service.request("POST", LIST).json(&json!({"slug": slug, "name": "N"})).send()
}

#[test]
fn a_former_slug_is_free_after_90_days_and_leads_on_until_it_is_taken() {
    let clock = FixedClock::new(at(0));
    let running = Running::start_with(&Options { clock: Some(clock.clone()), ..Options::default() });
    let service = &running.service;
    service.create("acme");
    rename(service, "acme", "acme-2").expect(200);
    let end = SlugCooldown::from_days(90).end(at(0)).unix_milliseconds() - at(0).unix_milliseconds();
    clock.set(at(end - 1));
    create(service, "acme").expect_error(409, "conflict", Some("slug"));
    clock.set(at(end));
    let former = service.get(&format!("{LIST}/acme")).send();
    assert_eq!((former.status, former.header("location")), (308, Some("/admin/v1/organizations/acme-2")));
    let taker = create(service, "acme").expect(201);
    assert_eq!(service.get(&format!("{LIST}/acme")).send().expect(200), taker);
    // It was the other's own once: to have it back, it must wait as anybody.
    rename(service, "acme-2", "acme").expect_error(409, "conflict", Some("slug"));
    rename(service, "acme", "acme-3").expect(200);
    rename(service, "acme-2", "acme").expect_error(409, "conflict", Some("slug"));
}

#[test]
fn an_organization_keeps_so_many_former_slugs() {
    let running = Running::start();
    let service = &running.service;
    service.create("acme-0");
    for n in 0..100 {
        rename(service, &format!("acme-{n}"), &format!("acme-{}", n + 1)).expect(200);
    }
    let message = rename(service, "acme-100", "acme-101").expect_error(409, "quota_exceeded", None);
    assert_eq!(message, "the organization already has as many former slugs as it may have (100)");
    rename(service, "acme-100", "acme-0").expect(200);
}

#[test]
fn it_is_led_on_beneath_whatever_the_routes_are_mounted_at() {
    let running = Running::start_with(&Options { prefix: "/tenancy", ..Options::default() });
    let service = &running.service;
    let list = "/tenancy/admin/v1/organizations";
    service.request("POST", list).json(&json!({"slug": "acme", "name": "Acme"})).send().expect(201);
    service.request("PATCH", &format!("{list}/acme")).json(&json!({"slug": "acme-2"})).send().expect(200);
    for path in ["", "/projects?limit=1"] {
        let former = service.get(&format!("{list}/acme{path}")).send();
        assert_eq!((former.status, former.header("location")), (308, Some(format!("{list}/acme-2{path}").as_str())));
    }
    service.get("//tenancy/admin/v1/organizations/acme").send().expect_error(404, "not_found", None);
}

#[test]
fn who_names_an_organization_as_it_is_pays_for_no_second_look() {
    let running = Running::start();
    let service = &running.service;
    let acme = service.create("acme");
    let web = json!({"slug": "web", "name": "Web"});
    service.request("POST", &format!("{LIST}/acme/projects")).json(&web).send().expect(201);
    for path in ["acme", "acme/projects", "acme/projects/web", "acme/members", "acme/projects/web/api-keys"] {
        service.get(&format!("{LIST}/{path}")).send().expect(200);
    }
    service.get(&format!("{LIST}/{}", acme["id"].as_str().unwrap())).send().expect(200);
    for (method, path) in
        [("PATCH", "acme"), ("PATCH", "nobody"), ("DELETE", "nobody"), ("DELETE", "acme/projects/web")]
    {
        let answer = service.request(method, &format!("{LIST}/{path}")).json(&json!({})).send();
        assert!(matches!(answer.status, 200 | 404), "{answer:?}");
    }
    service.get(&format!("{LIST}/acme/projects/nowhere")).send().expect_error(404, "not_found", None);
    assert_eq!(running.looks_for_former_slugs(), 0);
    service.get(&format!("{LIST}/nobody")).send().expect_error(404, "not_found", None);
    assert_eq!(running.looks_for_former_slugs(), 1);
}
