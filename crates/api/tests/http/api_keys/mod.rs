//! API keys: their life, their reach, what they may grant, their rotation, and what others are told of them.

mod grants;
mod life;
mod lists;
mod me;
mod reach;
mod rotation;
mod verification;

use serde_json::{Value, json};
use tenancy_domain::Timestamp;
use tenancy_testing::{
    doubles::FixedClock,
    http::{Answer, Service},
};

use crate::support::{Options, Running};

const API_KEYS: &str = "/admin/v1/api-keys";
const VERIFY: &str = "/admin/v1/api-keys/verify";
/// An id that nothing has.
const ABSENT: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";

/// A service at 2024-01-01, and its clock.
fn at_2024() -> (Running, FixedClock) {
    let clock = FixedClock::new(time("2024-01-01T00:00:00Z"));
    let running = Running::start_with(&Options { clock: Some(clock.clone()), ..Options::default() });
    (running, clock)
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// Makes a key from `body` with the key that may do everything, and gives back the answer with its secret.
fn issue(service: &Service, body: &Value) -> Value {
    service.request("POST", API_KEYS).json(body).send().expect(201)
}

/// Makes a system key.
fn system_key(service: &Service, scopes: &[&str]) -> Value {
    issue(service, &json!({"name": "system", "owner": {"type": "system"}, "scopes": scopes}))
}

/// Makes a key of `organization`.
fn organization_key(service: &Service, organization: &Value, scopes: &[&str]) -> Value {
    issue(service, &json!({"name": "tenant", "owner": owner(organization), "scopes": scopes}))
}

fn owner(organization: &Value) -> Value {
    json!({"type": "organization", "org_id": organization["id"]})
}

/// A member that is a text.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

/// The secret of a key that was just issued.
fn secret(issued: &Value) -> &str {
    text(issued, "key")
}

/// The path of a key.
fn path(key: &Value) -> String {
    format!("{API_KEYS}/{}", text(key, "id"))
}

/// The key of the answer that issued it, as it is shown from then on.
fn without_secret(issued: &Value) -> Value {
    let mut key = issued.clone();
    key.as_object_mut().unwrap().remove("key").unwrap();
    key
}

/// Whether `key` lets its bearer in.
fn lets_in(service: &Service, key: &str) -> bool {
    let answer = service.get("/admin/v1/me").key(key).send();
    if answer.status == 401 {
        answer.expect_error(401, "invalid_api_key", None);
        return false;
    }
    answer.expect(200);
    true
}

/// The answer but for what differs between any two: the date. Each request must have been sent with the same id.
fn whole(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    (answer.status, headers, answer.body.clone())
}
