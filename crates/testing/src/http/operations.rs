//! Health, metrics, and the document.

use std::collections::BTreeSet;

use super::{ORGANIZATIONS, Service, document};

/// Health is told under all its names, and without a key.
pub fn a_service_lives_and_is_ready(service: &Service) {
    for path in ["/livez", "/health/live", "/readyz", "/health/ready", "/health"] {
        let answer = service.get(path).anonymous().send();
        assert_eq!(answer.expect(200), serde_json::json!({"status": "ok"}), "{path}");
    }
}

/// The metrics name routes and methods that there are, and nothing that a caller has chosen.
pub fn requests_are_counted_by_their_routes(service: &Service) {
    let id = service.create("acme")["id"].as_str().unwrap().to_owned();
    service.get("/admin/v1/organizations/acme").send().expect(200);
    service.get(&format!("/admin/v1/organizations/{id}")).send().expect(200);
    service.request("PUT", "/admin/v1/organizations/acme").send().expect(405);
    service.get("/made/up/1").send().expect(404);
    service.request("BREW", "/made/up/2").send().expect(404);
    let answer = service.get("/metrics").anonymous().send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let text = String::from_utf8(answer.body).unwrap();
    for (method, route, status, count) in [
        ("GET", "/admin/v1/organizations/{slug}", 200, 2),
        ("PUT", "/admin/v1/organizations/{slug}", 405, 1),
        ("POST", ORGANIZATIONS, 201, 1),
        ("GET", "_OTHER", 404, 1),
        ("_OTHER", "_OTHER", 404, 1),
    ] {
        let labels =
            format!(r#"http_request_method="{method}",http_route="{route}",http_response_status_code="{status}""#);
        let line = format!("http_server_request_duration_seconds_count{{{labels}}} {count}\n");
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert!(text.contains("http_server_active_requests{http_request_method=\"GET\"} 1\n"), "{text}");
    assert!(!text.contains("acme") && !text.contains(&id) && !text.contains("made"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

/// The document is there for everybody, and lists what there is.
pub fn the_document_lists_the_endpoints(service: &Service) {
    let answer = service.get("/openapi.json").anonymous().send();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.expect(200)["openapi"], "3.1.0");
    let endpoints = document::endpoints(service);
    let listed: BTreeSet<_> = endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();
    for path in [ORGANIZATIONS, "/admin/v1/organizations/acme", "/livez", "/readyz", "/metrics", "/openapi.json"] {
        assert!(listed.contains(path), "{path} is not in {listed:?}");
    }
}
