//! What every answer has, whatever layer gave it.

use crate::support::{Answer, Service};

const PATH: &str = "/admin/v1/organizations";

/// An answer of each layer.
fn one_of_each(service: &Service) -> Vec<Answer> {
    vec![
        service.get(PATH).send(),
        service.request("POST", PATH).body("application/json", r#"{"slug":"acme","name":"A"}"#).send(),
        service.get("/livez").send(),
        service.get("/metrics").send(),
        service.get("/openapi.json").send(),
        service.get("/nowhere").send(),
        service.request("PUT", PATH).send(),
        service.get(PATH).without("Authorization").send(),
        service.request("POST", PATH).body("application/json", "{").send(),
        service.get(&format!("{PATH}/panics")).send(),
        service.get(&format!("{PATH}/is-broken")).send(),
        service.get(&format!("{PATH}/is-unavailable")).send(),
        service.get(PATH).header("X-Filler", &"x".repeat(40_000)).send(),
    ]
}

#[test]
fn every_answer_has_an_id_and_the_security_headers() {
    let service = Service::start();
    for answer in one_of_each(&service) {
        let id = answer.header("x-request-id").unwrap();
        assert_eq!((id.len(), id.split('-').count()), (36, 5), "{id}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'"));
        assert!(answer.header("content-type").is_some());
        for name in ["x-request-id", "content-type", "content-length", "cache-control"] {
            assert_eq!(answer.all(name).len(), 1, "{name}");
        }
    }
}

#[test]
fn the_callers_id_comes_back_if_it_is_a_good_one() {
    let service = Service::start();
    let long = "a".repeat(64);
    for id in ["a", "trace_1.2-3", &long] {
        for path in [PATH, "/nowhere", "/admin/v1/organizations/panics"] {
            let answer = service.get(path).header("X-Request-Id", id).send();
            assert_eq!(answer.header("x-request-id"), Some(id));
        }
    }
    for id in ["", "a b", "a\"b", "ä", &format!("{long}a")] {
        let answer = service.get(PATH).header("X-Request-Id", id).send();
        assert_ne!(answer.header("x-request-id"), Some(id));
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    }
}

#[test]
fn a_panic_is_a_500_and_the_service_goes_on() {
    let service = Service::start();
    for _ in 0..3 {
        service.get(&format!("{PATH}/panics")).send().expect_error(500, "internal_error", None);
        service.get(PATH).send().expect(200);
    }
}

#[test]
fn what_storage_says_of_its_failure_is_not_for_the_caller() {
    let service = Service::start();
    for (slug, status, code) in [
        ("panics", 500, "internal_error"),
        ("is-broken", 500, "internal_error"),
        ("is-unavailable", 503, "unavailable"),
    ] {
        let answer = service.get(&format!("{PATH}/{slug}")).send();
        answer.expect_error(status, code, None);
        assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"));
    }
}

#[test]
fn a_head_that_is_too_large_is_refused_before_anything_else() {
    let service = Service::start();
    let filler = "x".repeat(40_000);
    service.get(PATH).header("X-Filler", &filler).send().expect_error(431, "headers_too_large", None);
    service.get(&format!("/livez?{filler}")).send().expect_error(431, "headers_too_large", None);
    service.get(PATH).header("X-Filler", &filler[..20_000]).send().expect(200);
}

#[test]
fn who_asks_for_problems_is_given_the_same_facts_as_one() {
    let service = Service::start();
    let paths = ["/nowhere", "/admin/v1/organizations?limit=0", "/admin/v1/organizations/panics"];
    for path in paths {
        let ask = |accept: &str| service.get(path).header("X-Request-Id", "same").header("Accept", accept).send();
        let envelope = ask("application/json").json()["error"].clone();
        let answer = ask("application/problem+json");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], answer.status);
        assert!(problem["title"].is_string());
        for (member, same) in [
            ("detail", "message"),
            ("error_type", "type"),
            ("code", "code"),
            ("param", "param"),
            ("request_id", "request_id"),
        ] {
            assert_eq!(problem.get(member), envelope.get(same), "{path} {member}");
        }
        assert_eq!(ask("*/*").header("content-type"), Some("application/json"));
    }
    let success = service.get(PATH).header("Accept", "application/problem+json").send();
    assert_eq!((success.status, success.header("content-type")), (200, Some("application/json")));
}
