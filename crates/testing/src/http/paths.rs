//! Paths and methods: what is there, what is not, and how it is written.

use super::{ORGANIZATIONS, Service, document, fixtures::whole};

/// Nobody needs a key to learn that there is nothing.
pub fn a_path_that_is_not_there_is_404_with_and_without_a_key(service: &Service) {
    for path in
        ["/", "/admin", "/admin/v1", "/admin/v1/organizations/", "/admin/v1/organizations/a/b", "//", "/%00", "/%ff"]
    {
        service.get(path).send().expect_error(404, "not_found", None);
        service.get(path).anonymous().send().expect_error(404, "not_found", None);
    }
}

/// A path is decoded once, and what does not parse is not there.
pub fn what_cannot_be_a_slug_or_an_id_names_nothing(service: &Service) {
    service.create("acme");
    service.create("a61cme");
    for name in [
        "Acme",
        "acm%65%00",
        "%00",
        "..",
        ".",
        "%2e%2e",
        "a%2Fb",
        "acme%2F",
        "%ff",
        "%",
        "%zz",
        "%2561cme",
        "%6%31cme",
        "acme%20",
        "acme+",
        "acme;x=1",
        "%C3%A9",
        "01939F6B8A007C3E9D5F2B8A4C6E1F70",
        "%7B01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70%7D",
    ] {
        let path = format!("{ORGANIZATIONS}/{name}");
        for method in ["GET", "PATCH", "DELETE"] {
            service.request(method, &path).send().expect_error(404, "not_found", None);
        }
    }
    let long = "a".repeat(5_000);
    service.get(&format!("{ORGANIZATIONS}/{long}")).send().expect_error(404, "not_found", None);
    service.get("/admin/v1/organizations/%61c%6De").send().expect(200);
    service.get("/admin/v1/%6frganizations/acme").send().expect(200);
}

/// The two answers are identical but for the id.
pub fn a_path_answers_the_same_whether_nothing_is_there_or_nothing_can_be(service: &Service) {
    let ask = |name: &str| {
        let answer = service.get(&format!("{ORGANIZATIONS}/{name}")).header("X-Request-Id", "same").send();
        (answer.status, answer.json())
    };
    assert_eq!(ask("nobody"), ask("No%20Body"));
}

/// HEAD has the headers of GET, the length included.
pub fn head_is_answered_as_get_is_but_for_the_body(service: &Service) {
    service.create("acme");
    service.create("other");
    for path in [
        "/admin/v1/organizations?limit=1",
        "/admin/v1/organizations/acme",
        "/admin/v1/organizations/nobody",
        "/admin/v1/organizations?limit=0",
        "/nowhere",
        "/livez",
        "/readyz",
        "/health",
        "/openapi.json",
    ] {
        let ask = |method| service.request(method, path).header("X-Request-Id", "same").send();
        let (get, head) = (ask("GET"), ask("HEAD"));
        assert_eq!(get.status, head.status, "{path}");
        assert!(!get.body.is_empty() && head.body.is_empty(), "{path}");
        assert_eq!(whole(&get).1, whole(&head).1, "{path}");
        assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    }
    assert_eq!(service.request("HEAD", ORGANIZATIONS).anonymous().send().status, 401);
}

/// Every endpoint refuses every method that its document does not have, and says which it takes.
pub fn another_method_is_405_and_allow_names_those_that_are_taken(service: &Service) {
    for document::Endpoint { path, methods } in document::endpoints(service) {
        let mut allowed = methods;
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        // HEAD itself is left out: its refusal has no body that could hold the envelope.
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if !allowed.contains(&method) {
                let answer = service.request(method, &path).send();
                answer.expect_error(405, "method_not_allowed", None);
                let mut named: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
                named.sort_unstable();
                assert_eq!(named, allowed, "{method} {path}");
            }
        }
    }
}
