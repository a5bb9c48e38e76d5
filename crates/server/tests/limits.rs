//! The settings of limits and proxies reach the service.

mod support;

use serde_json::json;
use support::{Installation, KEY, Service};
use tenancy_testing::http::{Answer, Request};

const ME: &str = "/admin/v1/me";

/// Asks with this key, as a proxy that tells of this client.
fn ask(service: &Service, key: &str, client: &str) -> Answer {
    Request::new(service.address(), "GET", ME).key(key).header("X-Forwarded-For", client).send()
}

fn statuses(count: usize, service: &Service, key: &str, client: &str) -> Vec<u16> {
    (0..count).map(|_| ask(service, key, client).status).collect()
}

#[test]
fn failed_authentications_are_limited_for_each_client_behind_a_trusted_proxy() {
    let installation = Installation::sqlite()
        .with("TENANCY_BOOTSTRAP_KEY", KEY)
        .with("TENANCY_RATE_LIMIT_AUTH_FAILURES", "2")
        .with("TENANCY_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1");
    let service = installation.start();
    assert_eq!(statuses(3, &service, "x", "192.0.2.1"), [401, 401, 429]);
    assert_eq!(statuses(1, &service, "x", "192.0.2.2"), [401]);
    assert_eq!(statuses(50, &service, KEY, "192.0.2.1"), [200; 50], "no limit of requests, and no failures");
}

#[test]
fn requests_are_limited_for_each_key() {
    let installation =
        Installation::sqlite().with("TENANCY_BOOTSTRAP_KEY", KEY).with("TENANCY_RATE_LIMIT_REQUESTS", "1");
    let service = installation.start();
    let answers: Vec<_> = (0..20).map(|_| ask(&service, KEY, "192.0.2.1")).collect();
    assert_eq!(answers[0].status, 200);
    let refusal = answers.iter().find(|answer| answer.status == 429).expect("20 requests take less than 20 seconds");
    refusal.expect_error(429, "rate_limited", None);
    assert_eq!(refusal.header("retry-after"), Some("1"));
}

#[test]
fn without_trusted_proxies_nobody_is_believed() {
    let installation = Installation::sqlite().with("TENANCY_RATE_LIMIT_AUTH_FAILURES", "2");
    let service = installation.start();
    let clients = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
    assert_eq!(clients.map(|client| ask(&service, "x", client).status), [401, 401, 429]);
}

#[test]
fn a_former_slug_is_kept_for_as_long_as_the_settings_say() {
    let list = "/admin/v1/organizations";
    for (days, status) in [("0", 201), ("1", 409)] {
        let installation =
            Installation::sqlite().with("TENANCY_BOOTSTRAP_KEY", KEY).with("TENANCY_SLUG_COOLDOWN_DAYS", days);
        let service = installation.start();
        let send = |method: &str, path: &str, body: &serde_json::Value| {
            Request::new(service.address(), method, path).key(KEY).json(body).send().status
        };
        let acme = json!({"slug": "acme", "name": "Acme"});
        assert_eq!(send("POST", list, &acme), 201);
        assert_eq!(send("PATCH", &format!("{list}/acme"), &json!({"slug": "acme-2"})), 200);
        assert_eq!(send("POST", list, &acme), status, "{days}");
        drop(service);
    }
}
