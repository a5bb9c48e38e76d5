//! Which address is the client's, in the audit log and for failed authentications.

use std::num::NonZeroU32;

use serde_json::json;
use tenancy_api::{Limits, TrustedProxies};

use crate::support::{Options, Running};

/// The address that these tests call from.
const PEER: &str = "127.0.0.1";
/// Headers, and whom they tell of to a service that trusts [`PEER`] and 10.0.0.0/8.
const HEADERS: [(&[(&str, &str)], &str); 7] = [
    (&[], PEER),
    (&[("X-Forwarded-For", "192.0.2.1, 203.0.113.9, 10.1.1.1")], "203.0.113.9"),
    (&[("X-Forwarded-For", "203.0.113.10"), ("X-Forwarded-For", "10.1.1.1")], "203.0.113.10"),
    (&[("Forwarded", "for=192.0.2.1, for=\"[2001:db8::1]:4711\";proto=https, for=10.1.1.1")], "2001:db8::1"),
    (&[("Forwarded", "for=192.0.2.1, for=_hidden, for=10.1.1.1")], "10.1.1.1"),
    (&[("X-Forwarded-For", "203.0.113.11"), ("Forwarded", "for=203.0.113.11")], "203.0.113.11"),
    (&[("X-Forwarded-For", "203.0.113.12"), ("Forwarded", "for=192.0.2.1")], PEER),
];

fn start(trusted: &[&str]) -> Running {
    Running::start_with(&Options {
        limits: Limits { auth_failures_per_minute: NonZeroU32::new(2), ..Limits::default() },
        trusted_proxies: TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap())),
        ..Options::default()
    })
}

/// The address in the audit log for the creation of an organization by a request with these headers.
fn audited(running: &Running, slug: &str, headers: &[(&str, &str)]) -> String {
    let request = running.service.request("POST", "/admin/v1/organizations").json(&json!({"slug": slug, "name": slug}));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let organization = request.send().expect(201);
    running.address_of_creation(organization["id"].as_str().unwrap()).unwrap().to_string()
}

/// The status of a request with these headers and no good key.
fn failed(running: &Running, headers: &[(&str, &str)]) -> u16 {
    let request = running.service.get("/admin/v1/me").key("x");
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().status
}

#[test]
fn a_peer_that_is_not_trusted_can_forge_neither_the_audit_log_nor_the_bucket() {
    let running = start(&["10.0.0.0/8"]);
    for (index, (headers, _)) in HEADERS.into_iter().enumerate() {
        assert_eq!(audited(&running, &format!("org-{index}"), headers), PEER);
        assert_eq!(failed(&running, headers), if index < 2 { 401 } else { 429 }, "{headers:?}");
    }
}

#[test]
fn behind_a_trusted_proxy_the_client_is_whom_it_tells_of() {
    let running = start(&["127.0.0.0/8", "10.0.0.0/8"]);
    for (index, (headers, client)) in HEADERS.into_iter().enumerate() {
        assert_eq!(audited(&running, &format!("org-{index}"), headers), client, "{headers:?}");
    }
}

#[test]
fn failures_are_counted_for_the_client_behind_the_proxy() {
    let running = start(&["127.0.0.1/32"]);
    let from = |client| failed(&running, &[("X-Forwarded-For", client)]);
    assert_eq!([(); 3].map(|()| from("203.0.113.1")), [401, 401, 429]);
    assert_eq!(from("203.0.113.2"), 401);
    assert_eq!(from("192.0.2.7, 203.0.113.1"), 429, "what the client wrote itself is nothing to it");
    let disagreeing = [("X-Forwarded-For", "203.0.113.3"), ("Forwarded", "for=203.0.113.4")];
    assert_eq!([(); 3].map(|()| failed(&running, &disagreeing)), [401, 401, 429]);
    assert_eq!(failed(&running, &[]), 429, "the same bucket: that of the proxy");
    assert_eq!(from("203.0.113.3"), 401);
}
