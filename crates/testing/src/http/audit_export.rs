//! The audit log as a stream of lines.

use serde_json::Value;

use super::{
    Answer, Service,
    audit_log::{AUDIT_LOGS, logged},
    fixtures::{organization_key, project, secret, text},
};

const NDJSON: &str = "application/x-ndjson";

/// The chunks of a body put together; `None` where the last one, which is empty, is missing.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let (mut whole, mut rest) = (Vec::new(), body);
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        let (chunk, after) = rest[end + 2..].split_at_checked(length)?;
        rest = after.strip_prefix(b"\r\n")?;
        if length == 0 {
            return rest.is_empty().then_some(whole);
        }
        whole.extend(chunk);
    }
}

/// The lines of an export, all of which must have come.
fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), Some(NDJSON));
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    let body = String::from_utf8(without_chunks(&answer.body).expect("the body has an end")).unwrap();
    assert!(body.is_empty() || body.ends_with('\n'));
    let lines: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answer.header("x-total-count"), Some(lines.len().to_string().as_str()));
    lines
}

fn export(service: &Service, query: &str) -> Answer {
    service.get(&format!("{AUDIT_LOGS}?{query}")).header("Accept", NDJSON).send()
}

/// The same entries as in the list, in the other order.
pub fn an_export_has_all_entries_oldest_first(service: &Service) {
    let acme = service.create("acme");
    for number in 0..30 {
        project(service, "acme", &format!("project-{number}"));
    }
    let mut all = logged(service, "limit=1000");
    all.reverse();
    assert_eq!(lines(&export(service, "")), all);
    let of_acme = format!("org_id={}", text(&acme, "id"));
    let within: Vec<Value> = all.into_iter().filter(|entry| entry["org_id"] == acme["id"]).collect();
    assert_eq!(lines(&export(service, &of_acme)), within);
    assert_eq!(within.len(), 31);
    let key = organization_key(service, &acme, &["admin:read"]);
    let own = service.get(AUDIT_LOGS).key(secret(&key)).header("Accept", NDJSON).send();
    assert_eq!(lines(&own).len(), 32);
}

/// Who does not name it, or likes JSON better, is given a page.
pub fn an_export_is_asked_for_by_name(service: &Service) {
    service.create("acme");
    for (accept, is_export) in [
        (NDJSON, true),
        ("application/json;q=0.5, application/x-ndjson", true),
        ("Application/X-NDJSON, application/json", true),
        ("application/json", false),
        ("application/json, application/x-ndjson;q=0.5", false),
        ("application/x-ndjson;q=0", false),
        ("*/*", false),
    ] {
        let answer = service.get(AUDIT_LOGS).header("Accept", accept).send();
        let expected = if is_export { NDJSON } else { "application/json" };
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(expected)), "{accept}");
    }
}

/// What pages take is none of its parameters, and errors are as everywhere.
pub fn an_export_takes_filters_and_no_page(service: &Service) {
    service.create("acme");
    service.create("other");
    let created = lines(&export(service, "action=organization.create"));
    assert_eq!(
        created.iter().map(|entry| text(&entry["details"]["after"], "slug")).collect::<Vec<_>>(),
        ["acme", "other"]
    );
    for (query, param) in [
        ("limit=5", "limit"),
        ("cursor=MTczMzU4MDgwMDAwMDphYmMxMjM0NS02Nzg5LTAxMjMtNDU2Ny0wMTIzNDU2Nzg5YWI", "cursor"),
        ("direction=forward", "direction"),
        ("action=eat", "action"),
        ("x=1", "x"),
    ] {
        export(service, query).expect_error(400, "bad_request", Some(param));
    }
    let refused = service.get(AUDIT_LOGS).key(&service.keys().write_only).header("Accept", NDJSON).send();
    refused.expect_error(403, "forbidden", None);
    let refused = service.get(AUDIT_LOGS).anonymous().header("Accept", NDJSON).send();
    refused.expect_error(401, "missing_credentials", None);
}

/// Nothing is no error.
pub fn an_export_without_entries_is_empty(service: &Service) {
    assert_eq!(lines(&export(service, "action=membership.delete")), Vec::<Value>::new());
    assert_eq!(lines(&export(service, "to=2000-01-01T00:00:00Z")), Vec::<Value>::new());
}

/// But for the body.
pub fn the_head_of_an_export_is_that_of_its_get(service: &Service) {
    service.create("acme");
    let [head, get] = ["HEAD", "GET"].map(|method| service.request(method, AUDIT_LOGS).header("Accept", NDJSON).send());
    let headers = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
        headers.sort();
        headers
    };
    assert_eq!((head.status, headers(&head)), (get.status, headers(&get)));
    assert!(head.body.is_empty());
    assert!(!lines(&get).is_empty());
}
