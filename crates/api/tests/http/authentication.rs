//! Who is let in, and in what order a request is judged.

use serde_json::json;

use crate::support::Service;

const PATH: &str = "/admin/v1/organizations";

#[test]
fn a_request_without_credentials_is_told_so() {
    let service = Service::start();
    for (method, path) in [("GET", PATH), ("POST", PATH), ("GET", "/admin/v1/organizations/acme")] {
        service.request(method, path).without("Authorization").send().expect_error(401, "missing_credentials", None);
    }
}

#[test]
fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    let service = Service::start();
    let good = service.key(&["admin:*"]);
    let mistyped = format!("{}x", &good[..good.len() - 1]);
    // Well-formed, and of nobody; the checksum is that of 43 zeros.
    let unknown = "tny_00000000000000000000000000000000000000000002CZclj".to_owned();
    let mut messages: Vec<String> = Vec::new();
    for key in [mistyped, unknown, service.revoked_key(), service.expired_key(), "x".to_owned(), String::new()] {
        messages.push(service.get(PATH).key(&key).send().expect_error(401, "invalid_api_key", None));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    for header in [&good, &format!("Basic {good}"), "Bearer"] {
        let request = service.get(PATH).without("Authorization").header("Authorization", header);
        request.send().expect_error(401, "invalid_api_key", None);
    }
    let twice = service.get(PATH).header("Authorization", &format!("Bearer {good}"));
    twice.send().expect_error(401, "invalid_api_key", None);
}

#[test]
fn the_scheme_is_read_in_any_case() {
    let service = Service::start();
    let key = service.key(&["admin:read"]);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = service.get(PATH).without("Authorization").header("Authorization", &format!("{scheme} {key}"));
        request.send().expect(200);
    }
}

#[test]
fn scopes_bound_what_a_key_may_do() {
    let service = Service::start();
    service.create("acme");
    let new = json!({"slug": "other", "name": "Other"});
    for (scopes, reads, writes) in [
        (&["admin:read"][..], 200, 403),
        (&["admin:write"], 403, 200),
        (&["admin:organizations:read"], 200, 403),
        (&["admin:organizations:write", "billing"], 403, 200),
        (&["admin:projects:read", "billing:*"], 403, 403),
        (&[], 403, 403),
    ] {
        let key = service.key(scopes);
        let read = service.get(&format!("{PATH}/acme")).key(&key).send();
        let write = service.request("PATCH", &format!("{PATH}/acme")).key(&key).json(&json!({"name": "A"})).send();
        assert_eq!((read.status, write.status), (reads, writes), "{scopes:?}");
        if writes == 403 {
            let message = service.request("POST", PATH).key(&key).json(&new).send();
            let message = message.expect_error(403, "forbidden", None);
            assert!(message.contains("admin:organizations:write"), "{message}");
        }
    }
}

/// Credentials, scope, reach, body and query, state: what comes first is told first, though all of it is wrong.
#[test]
fn the_order_of_the_checks() {
    let service = Service::start();
    service.create("acme");
    let reader = service.key(&["admin:read"]);
    let writer = service.key(&["admin:write"]);
    for (method, present, absent) in [
        ("PATCH", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
        ("DELETE", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
        ("GET", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
    ] {
        let (allowed, refused) = if method == "GET" { (&reader, &writer) } else { (&writer, &reader) };
        let ask = |path| service.request(method, path).body("text/plain", "nonsense");
        ask(absent).without("Authorization").send().expect_error(401, "missing_credentials", None);
        ask(absent).key("nonsense").send().expect_error(401, "invalid_api_key", None);
        ask(absent).key(refused).send().expect_error(403, "forbidden", None);
        ask("/admin/v1/organizations/..").key(refused).send().expect_error(403, "forbidden", None);
        ask(absent).key(allowed).send().expect_error(404, "not_found", None);
        ask("/admin/v1/organizations/No%20Slug").key(allowed).send().expect_error(404, "not_found", None);
        ask(present).key(allowed).send().expect_error(400, "bad_request", Some("x"));
    }

    let create = |body: &str| service.request("POST", PATH).body("application/json", body);
    create("nonsense").without("Authorization").send().expect_error(401, "missing_credentials", None);
    create("nonsense").key(&reader).send().expect_error(403, "forbidden", None);
    create("nonsense").key(&writer).send().expect_error(400, "bad_request", None);
    let taken = r#"{"slug":"acme","name":"\u0000"}"#;
    create(taken).key(&writer).send().expect_error(400, "validation_error", Some("name"));
    create(r#"{"slug":"acme","name":"A"}"#).key(&writer).send().expect_error(409, "conflict", Some("slug"));

    // A body that nobody is going to read is not waited for.
    let patch = |path| service.request("PATCH", path).header("Content-Type", "application/json");
    let waiting = patch("/admin/v1/organizations/acme").header("Content-Length", "10").key(&reader);
    waiting.send().expect_error(403, "forbidden", None);
}

#[test]
fn a_mistake_about_a_thing_that_is_not_there_is_told_of_as_404() {
    let service = Service::start();
    service.create("acme");
    for (body, status) in [(json!({"name": 5}), 400), (json!({"colour": "red"}), 400), (json!({"name": "\0"}), 400)] {
        let ask = |slug: &str| service.request("PATCH", &format!("{PATH}/{slug}")).json(&body).send();
        assert_eq!(ask("acme").status, status);
        ask("nobody").expect_error(404, "not_found", None);
    }
}
