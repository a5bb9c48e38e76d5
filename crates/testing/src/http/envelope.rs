//! What every answer has, whatever layer gave it.

use super::{Answer, ORGANIZATIONS, Service};

/// An answer of each layer.
fn one_of_each(service: &Service) -> Vec<Answer> {
    vec![
        service.get(ORGANIZATIONS).send(),
        service.request("POST", ORGANIZATIONS).body("application/json", r#"{"slug":"acme","name":"A"}"#).send(),
        service.get("/livez").send(),
        service.get("/metrics").send(),
        service.get("/openapi.json").send(),
        service.get("/nowhere").send(),
        service.request("PUT", ORGANIZATIONS).send(),
        service.get(ORGANIZATIONS).anonymous().send(),
        service.request("POST", ORGANIZATIONS).body("application/json", "{").send(),
        service.get(ORGANIZATIONS).header("X-Filler", &"x".repeat(40_000)).send(),
    ]
}

/// Whatever layer answers.
pub fn every_answer_has_an_id_and_the_security_headers(service: &Service) {
    for answer in one_of_each(service) {
        answer.expect_common_headers();
    }
}

/// A good one is 1 to 64 characters of `[A-Za-z0-9._-]`; any other is passed over.
pub fn the_callers_id_comes_back_if_it_is_a_good_one(service: &Service) {
    let long = "a".repeat(64);
    for id in ["a", "trace_1.2-3", &long] {
        for path in [ORGANIZATIONS, "/nowhere", "/livez"] {
            let answer = service.get(path).header("X-Request-Id", id).send();
            assert_eq!(answer.header("x-request-id"), Some(id));
        }
    }
    for id in ["", "a b", "a\"b", "ä", &format!("{long}a")] {
        let answer = service.get(ORGANIZATIONS).header("X-Request-Id", id).send();
        assert_ne!(answer.header("x-request-id"), Some(id));
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    }
}

/// The request line and the headers count together.
pub fn a_head_that_is_too_large_is_refused_before_anything_else(service: &Service) {
    let filler = "x".repeat(40_000);
    service.get(ORGANIZATIONS).header("X-Filler", &filler).send().expect_error(431, "headers_too_large", None);
    service.get(&format!("/livez?{filler}")).send().expect_error(431, "headers_too_large", None);
    service.get(ORGANIZATIONS).header("X-Filler", &filler[..20_000]).send().expect(200);
}

/// RFC 9457 for whoever accepts it.
pub fn who_asks_for_problems_is_given_the_same_facts_as_one(service: &Service) {
    for path in ["/nowhere", "/admin/v1/organizations?limit=0", "/admin/v1/organizations/nobody"] {
        let ask = |accept: &str| service.get(path).header("X-Request-Id", "same").header("Accept", accept).send();
        ask("application/problem+json").expect_problem_like(&ask("application/json"));
        assert_eq!(ask("*/*").header("content-type"), Some("application/json"));
    }
    let success = service.get(ORGANIZATIONS).header("Accept", "application/problem+json").send();
    assert_eq!((success.status, success.header("content-type")), (200, Some("application/json")));
}
