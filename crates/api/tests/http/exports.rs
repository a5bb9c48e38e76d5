//! Exports of the audit log that do not come to their end, and what they cost.

use std::{
    io::Read,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tenancy_domain::{
    AuditEntryId, Timestamp,
    audit_log::{ActorType, AuditAction, AuditRecord},
};
use tenancy_testing::http::Request;
use uuid::Uuid;

use crate::support::Running;

const AUDIT_LOGS: &str = "/admin/v1/audit-logs?actor_type=cli&from=2021-01-01T00:00:00Z";

/// A service whose audit log has this many entries from 2021 on, of more than a kibibyte each.
fn with_entries(count: u128) -> Running {
    let running = Running::start();
    let beginning = Timestamp::parse_rfc3339("2021-01-01T00:00:00Z").unwrap().unix_milliseconds();
    let record = |number: u128| AuditRecord {
        id: AuditEntryId::new(Uuid::from_u128(number)),
        timestamp: Timestamp::from_unix_milliseconds(beginning + i64::try_from(number).unwrap()).unwrap(),
        actor_type: ActorType::CommandLine,
        actor_id: None,
        action: AuditAction::UserUpdate,
        resource_id: Uuid::from_u128(number),
        org_id: None,
        project_id: None,
        request_id: None,
        ip_address: None,
        user_agent: Some("x".repeat(1_024)),
        details: "{}".to_owned(),
    };
    running.leave((1..=count).map(record).collect());
    running
}

fn export(running: &Running) -> Request {
    running.service.get(AUDIT_LOGS).header("Accept", "application/x-ndjson")
}

/// Whether a body came to its end: the last chunk is there.
fn is_whole(body: &[u8]) -> bool {
    body.ends_with(b"\r\n0\r\n\r\n")
}

/// All that comes.
fn read_on(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

#[test]
fn a_failure_in_the_middle_breaks_the_body_off() {
    let running = with_entries(2_000);
    assert!(is_whole(&export(&running).send().body));
    // One for the newest, one for the first batch.
    running.audit_log().fail_after(2);
    let answer = export(&running).send();
    assert_eq!((answer.status, answer.header("x-total-count")), (200, Some("2000")));
    assert!(!is_whole(&answer.body));
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(text.matches("user.update").count(), 500);
    assert!(!text.contains("hunter2"));
    // What fails before the first byte is told as any failure is.
    running.audit_log().fail_after(0);
    export(&running).send().expect_error(503, "unavailable", None);
}

#[test]
fn without_their_number_entries_are_given_all_the_same() {
    let running = with_entries(10);
    running.audit_log().cannot_count();
    let answer = export(&running).send();
    assert_eq!((answer.status, answer.header("x-total-count")), (200, None));
    assert!(is_whole(&answer.body));
}

#[test]
fn a_client_that_is_slow_holds_up_what_is_read_and_one_that_goes_away_ends_it() {
    // More than all buffers on the way hold.
    let running = with_entries(30_000);
    let pages = 1 + 30_000 / 500;
    let stream = export(&running).send_head();
    let mut last = (running.audit_log().pages(), Instant::now());
    while last.1.elapsed() < Duration::from_millis(500) {
        let pages = running.audit_log().pages();
        if pages != last.0 {
            last = (pages, Instant::now());
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!((2..pages).contains(&last.0), "{} of {pages} pages were read", last.0);
    drop(stream);
    thread::sleep(Duration::from_millis(500));
    // What was read already was written to a connection that is no more.
    assert!(running.audit_log().pages() <= last.0 + 1, "{} after {}", running.audit_log().pages(), last.0);
}

#[test]
fn a_key_that_is_revoked_meanwhile_is_given_no_more() {
    let running = with_entries(30_000);
    let service = &running.service;
    let new = json!({"name": "export", "owner": {"type": "system"}, "scopes": ["admin:audit-logs:read"]});
    let issued = service.request("POST", "/admin/v1/api-keys").json(&new).send().expect(201);
    let stream = export(&running).key(issued["key"].as_str().unwrap()).send_head();
    thread::sleep(Duration::from_millis(300));
    let path = format!("/admin/v1/api-keys/{}", issued["id"].as_str().unwrap());
    service.request("DELETE", &path).send().expect(200);
    let body = read_on(stream);
    assert!(body.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(!is_whole(&body));
    let given = String::from_utf8_lossy(&body).matches("user.update").count();
    assert!((1..30_000).contains(&given), "{given}");
}
