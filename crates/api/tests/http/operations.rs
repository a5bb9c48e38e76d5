//! Health, metrics, and the document.

use crate::support::Service;

#[test]
fn a_service_lives_and_is_ready() {
    let service = Service::start();
    for path in ["/livez", "/health/live", "/readyz", "/health/ready", "/health"] {
        let answer = service.get(path).without("Authorization").send();
        assert_eq!(answer.expect(200), serde_json::json!({"status": "ok"}), "{path}");
    }
}

#[test]
fn a_service_without_its_database_lives_and_is_not_ready() {
    let service = Service::start();
    service.set_reachable(false);
    for path in ["/readyz", "/health/ready", "/health"] {
        let message = service.get(path).send().expect_error(503, "unavailable", None);
        assert_eq!(message, "the database is unreachable");
    }
    service.get("/livez").send().expect(200);
    service.set_reachable(true);
    service.get("/readyz").send().expect(200);
}

#[test]
fn a_service_that_drains_is_not_ready_and_goes_on_serving() {
    let service = Service::start();
    service.api().drain();
    service.get("/readyz").send().expect_error(503, "unavailable", None);
    service.get("/livez").send().expect(200);
    service.get("/admin/v1/organizations").send().expect(200);
}

#[test]
fn requests_are_counted_by_their_routes() {
    let service = Service::start();
    let id = service.create("acme")["id"].as_str().unwrap().to_owned();
    service.get("/admin/v1/organizations/acme").send().expect(200);
    service.get(&format!("/admin/v1/organizations/{id}")).send().expect(200);
    service.request("PUT", "/admin/v1/organizations/acme").send();
    service.get("/made/up/1").send();
    service.request("BREW", "/made/up/2").send();
    let answer = service.get("/metrics").without("Authorization").send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let text = String::from_utf8(answer.body).unwrap();
    for (method, route, status, count) in [
        ("GET", "/admin/v1/organizations/{slug}", 200, 2),
        ("PUT", "/admin/v1/organizations/{slug}", 405, 1),
        ("POST", "/admin/v1/organizations", 201, 1),
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

#[test]
fn the_document_is_served_as_it_is_printed() {
    let service = Service::start();
    let answer = service.get("/openapi.json").without("Authorization").send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(String::from_utf8(answer.body).unwrap(), tenancy_api::openapi_document());
}
