//! What goes wrong behind the API, and what the caller learns of it.

use crate::support::{Running, SECRET};

/// Each failure of storage, as the slug that brings it about, and its answer.
const FAILURES: [(&str, u16, &str); 3] =
    [("panics", 500, "internal_error"), ("is-broken", 500, "internal_error"), ("is-unavailable", 503, "unavailable")];

fn path(slug: &str) -> String {
    format!("/admin/v1/organizations/{slug}")
}

#[test]
fn what_storage_says_of_its_failure_is_not_for_the_caller() {
    let running = Running::start();
    for (slug, status, code) in FAILURES {
        let answer = running.service.get(&path(slug)).send();
        answer.expect_error(status, code, None);
        answer.expect_common_headers();
        assert!(!String::from_utf8_lossy(&answer.body).contains(SECRET));
    }
}

#[test]
fn a_failure_is_given_in_the_form_and_with_the_id_that_were_asked_for() {
    let running = Running::start();
    for (slug, ..) in FAILURES {
        let ask = |accept: &str| {
            running.service.get(&path(slug)).header("X-Request-Id", "same").header("Accept", accept).send()
        };
        let envelope = ask("application/json");
        assert_eq!(envelope.header("x-request-id"), Some("same"));
        ask("application/problem+json").expect_problem_like(&envelope);
    }
}

#[test]
fn a_panic_is_a_500_and_the_service_goes_on() {
    let running = Running::start();
    for _ in 0..3 {
        running.service.get(&path("panics")).send().expect_error(500, "internal_error", None);
        running.service.get("/admin/v1/organizations").send().expect(200);
    }
}
