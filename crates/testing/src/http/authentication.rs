//! Who is let in, and in what order a request is judged.

use serde_json::json;

use super::{ORGANIZATIONS, Service};

/// Nobody learns from an answer whether a key was ever good.
pub fn whatever_is_wrong_with_a_key_the_answer_is_the_same(service: &Service) {
    let good = &service.keys().full;
    let mistyped = format!("{}x", &good[..good.len() - 1]);
    // Well-formed, and of nobody; the checksum is that of 43 zeros.
    let unknown = "tny_00000000000000000000000000000000000000000002CZclj";
    let mut messages: Vec<String> = Vec::new();
    let (revoked, expired) = (&service.keys().revoked, &service.keys().expired);
    for key in [&mistyped, unknown, revoked, expired, "x", ""] {
        messages.push(service.get(ORGANIZATIONS).key(key).send().expect_error(401, "invalid_api_key", None));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    for header in [good, &format!("Basic {good}"), "Bearer"] {
        let request = service.get(ORGANIZATIONS).anonymous().header("Authorization", header);
        request.send().expect_error(401, "invalid_api_key", None);
    }
    let twice = service.get(ORGANIZATIONS).header("Authorization", &format!("Bearer {good}"));
    twice.send().expect_error(401, "invalid_api_key", None);
}

/// As RFC 9110 has it.
pub fn the_scheme_is_read_in_any_case(service: &Service) {
    let key = &service.keys().full;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = service.get(ORGANIZATIONS).anonymous().header("Authorization", &format!("{scheme} {key}"));
        request.send().expect(200);
    }
}

/// Credentials, scope, reach, body and query, state: what comes first is told first, though all of it is wrong.
pub fn the_order_of_the_checks(service: &Service) {
    service.create("acme");
    let (reader, writer) = (&service.keys().read_only, &service.keys().write_only);
    for (method, present, absent) in [
        ("PATCH", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
        ("DELETE", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
        ("GET", "/admin/v1/organizations/acme?x=1", "/admin/v1/organizations/nobody?x=1"),
    ] {
        let (allowed, refused) = if method == "GET" { (reader, writer) } else { (writer, reader) };
        let ask = |path| service.request(method, path).body("text/plain", "nonsense");
        ask(absent).anonymous().send().expect_error(401, "missing_credentials", None);
        ask(absent).key("nonsense").send().expect_error(401, "invalid_api_key", None);
        ask(absent).key(refused).send().expect_error(403, "forbidden", None);
        ask("/admin/v1/organizations/..").key(refused).send().expect_error(403, "forbidden", None);
        ask(absent).key(allowed).send().expect_error(404, "not_found", None);
        ask("/admin/v1/organizations/No%20Slug").key(allowed).send().expect_error(404, "not_found", None);
        ask(present).key(allowed).send().expect_error(400, "bad_request", Some("x"));
    }

    let create = |body: &str| service.request("POST", ORGANIZATIONS).body("application/json", body);
    create("nonsense").anonymous().send().expect_error(401, "missing_credentials", None);
    create("nonsense").key(reader).send().expect_error(403, "forbidden", None);
    create("nonsense").key(writer).send().expect_error(400, "bad_request", None);
    let taken = r#"{"slug":"acme","name":"\u0000"}"#;
    create(taken).key(writer).send().expect_error(400, "validation_error", Some("name"));
    create(r#"{"slug":"acme","name":"A"}"#).key(writer).send().expect_error(409, "conflict", Some("slug"));

    // A body that nobody is going to read is not waited for.
    let patch = |path| service.request("PATCH", path).header("Content-Type", "application/json");
    let waiting = patch("/admin/v1/organizations/acme").header("Content-Length", "10").key(reader);
    waiting.send().expect_error(403, "forbidden", None);
}

/// Reach comes before the body.
pub fn a_mistake_about_a_thing_that_is_not_there_is_told_of_as_404(service: &Service) {
    service.create("acme");
    for (body, status) in [(json!({"name": 5}), 400), (json!({"colour": "red"}), 400), (json!({"name": "\0"}), 400)] {
        let ask = |slug: &str| service.request("PATCH", &format!("{ORGANIZATIONS}/{slug}")).json(&body).send();
        assert_eq!(ask("acme").status, status);
        ask("nobody").expect_error(404, "not_found", None);
    }
}
