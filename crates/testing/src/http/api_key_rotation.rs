//! New secrets for old ones.

use serde_json::{Value, json};

use super::{
    Answer, Service,
    fixtures::{key_path, lets_in, secret, system_key, without_secret},
};

fn rotate(service: &Service, key: &Value, body: &Value) -> Answer {
    service.request("POST", &format!("{}/rotate", key_path(key))).json(body).send()
}

/// A key never has more than two secrets.
pub fn while_a_grace_runs_only_a_rotation_without_one_is_taken_and_it_ends_all_older_secrets(service: &Service) {
    let first = system_key(service, &["admin:read"]);
    let second = rotate(service, &first, &json!({})).expect(201);
    for again in [json!({}), json!({"grace_period_seconds": 1})] {
        rotate(service, &first, &again).expect_error(409, "conflict", None);
    }
    let third = rotate(service, &first, &json!({"grace_period_seconds": 0})).expect(201);
    assert_eq!(third["rotation_grace_until"], Value::Null);
    assert_eq!([&first, &second, &third].map(|issued| lets_in(service, secret(issued))), [false, false, true]);
    rotate(service, &first, &json!({})).expect(201);
}

/// That the body may be left out does not loosen it.
pub fn a_body_that_is_there_is_read_as_strictly_as_any(service: &Service) {
    let issued = system_key(service, &[]);
    let target = format!("{}/rotate", key_path(&issued));
    let send = |content_type: &str, body: &str| service.request("POST", &target).body(content_type, body).send();
    for bad in ["-1", "604801", "1.5", "null", r#""60""#, "99999999999999999999"] {
        let answer = send("application/json", &format!(r#"{{"grace_period_seconds":{bad}}}"#));
        answer.expect_error(400, "validation_error", Some("grace_period_seconds"));
    }
    send("application/json", r#"{"grace":1}"#).expect_error(400, "validation_error", Some("grace"));
    send("application/json", " ").expect_error(400, "bad_request", None);
    for bad in ["[]", "null"] {
        send("application/json", bad).expect_error(400, "validation_error", None);
    }
    send("text/plain", "{}").expect_error(415, "unsupported_media_type", None);
    assert_eq!(service.get(&key_path(&issued)).send().expect(200), without_secret(&issued));
    send("application/json", r#"{"grace_period_seconds":604800}"#).expect(201);
}

/// All secrets of the key.
pub fn a_revocation_ends_the_former_secret_too(service: &Service) {
    let issued = system_key(service, &[]);
    let rotated = rotate(service, &issued, &json!({})).expect(201);
    service.request("DELETE", &key_path(&issued)).send().expect(200);
    assert!(!lets_in(service, secret(&issued)) && !lets_in(service, secret(&rotated)));
}
