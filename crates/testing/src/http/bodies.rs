//! Bodies: their form, their size, and those that do not end well.

use std::{
    io::{Read, Write},
    net::Shutdown,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{Answer, ORGANIZATIONS, Request, Service};

fn post(service: &Service) -> Request {
    service.request("POST", ORGANIZATIONS)
}

/// What cannot be read at all.
pub fn what_is_not_json_is_a_bad_request(service: &Service) {
    for body in [
        &b""[..],
        b"{",
        b"nonsense",
        b"{\"slug\":\"a\",\"name\":\"A\"} x",
        b"{\"slug\":\"a\",\"name\":\"\xff\"}",
        b"{\"slug\":\"a\",\"name\":\"\\ud800\"}",
        b"\xff\xfe{\0}\0",
    ] {
        post(service).body("application/json", body).send().expect_error(400, "bad_request", None);
    }
}

/// What can be read and is not what was asked for.
pub fn a_field_that_is_at_fault_is_named(service: &Service) {
    for (body, param) in [
        (r#"{"name":"A"}"#, Some("slug")),
        (r#"{"slug":"a"}"#, Some("name")),
        (r#"{"slug":"a","name":"A","name":"B"}"#, Some("name")),
        (r#"{"slug":"a","name":"A","id":"1"}"#, Some("id")),
        (r#"{"slug":"a","name":"A","\u0000":"1"}"#, Some("\0")),
        (r#"{"slug":5,"name":"A"}"#, Some("slug")),
        (r#"{"slug":null,"name":"A"}"#, Some("slug")),
        (r#"{"slug":["a"],"name":"A"}"#, Some("slug")),
        (r#"{"slug":"a","name":{"x":1}}"#, Some("name")),
        (r#"["a","A"]"#, None),
        ("null", None),
        (r#""a""#, None),
    ] {
        post(service).body("application/json", body).send().expect_error(400, "validation_error", param);
    }
    service.create("acme");
    for (body, param) in [(r#"{"name":null}"#, "name"), (r#"{"slug":null}"#, "slug"), (r#"{"id":"b"}"#, "id")] {
        let answer = service.request("PATCH", &format!("{ORGANIZATIONS}/acme")).body("application/json", body).send();
        answer.expect_error(400, "validation_error", Some(param));
    }
}

/// A value may be a secret that was put in the wrong place.
pub fn no_answer_repeats_the_value_of_a_field(service: &Service) {
    for body in [r#"{"slug":"a","name":["hunter2"]}"#, r#"{"slug":"hunter2 ","name":"A"}"#, r#"{"slug":"hunter2"#] {
        let answer = post(service).body("application/json", body).send();
        assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"), "{answer:?}");
    }
}

/// Media types, character sets and encodings.
pub fn only_plain_json_in_utf8_is_read(service: &Service) {
    let body = r#"{"slug":"a","name":"A"}"#;
    for media_type in ["text/plain", "application/json; charset=iso-8859-1", "application/xml", "nonsense", ""] {
        post(service).body(media_type, body).send().expect_error(415, "unsupported_media_type", None);
    }
    let untyped = post(service).body("application/json", body).without("Content-Type");
    untyped.send().expect_error(415, "unsupported_media_type", None);
    let compressed = post(service).body("application/json", body).header("Content-Encoding", "gzip");
    compressed.send().expect_error(415, "unsupported_media_type", None);
    let plain = post(service).body("application/json; charset=UTF-8", body).header("Content-Encoding", "identity");
    plain.send().expect(201);
}

/// The limit, to the byte.
pub fn a_body_may_have_64_kibibytes_and_no_more(service: &Service) {
    let padded = |size: usize| format!(r#"{{"slug":"a","name":"A"{:size$}}}"#, "", size = size - 23);
    assert_eq!(padded(65_536).len(), 65_536);
    post(service).body("application/json", padded(65_537)).send().expect_error(413, "payload_too_large", None);
    post(service).body("application/json", padded(65_536)).send().expect(201);
    // What it says of its length is enough: nothing of it was sent.
    let announced = post(service).header("Content-Type", "application/json").header("Content-Length", "9999999999");
    Answer::read(&mut announced.send_head()).expect_error(413, "payload_too_large", None);
}

/// Chunks are counted as they come.
pub fn a_body_that_does_not_tell_its_length_is_cut_off_too(service: &Service) {
    let request = post(service).header("Content-Type", "application/json").header("Transfer-Encoding", "chunked");
    let mut stream = request.send_head();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    Answer::read(&mut stream).expect_error(413, "payload_too_large", None);

    let mut stream = request.send_head();
    stream.write_all(b"9\r\n{\"slug\":\"\r\ne\r\na\",\"name\":\"A\"}\r\n0\r\n\r\n").unwrap();
    Answer::read(&mut stream).expect(201);
}

/// A caller who never ends its body must not keep the connection, whatever it was answered.
pub fn an_endless_body_ends_with_its_answer(service: &Service) {
    for (request, status) in [
        (service.get("/livez"), 200),
        (service.get(ORGANIZATIONS).anonymous(), 401),
        (service.request("PUT", ORGANIZATIONS), 405),
        (post(service).header("Content-Type", "text/plain"), 415),
    ] {
        let started = Instant::now();
        let mut stream = request.without("Connection").header("Transfer-Encoding", "chunked").send_head();
        stream.write_all(b"1\r\n \r\n").unwrap();
        assert_eq!(Answer::read(&mut stream).status, status);
        assert!(started.elapsed() < Duration::from_secs(5), "{status}");
    }
}

/// A refusal does not cost a well-behaved caller its connection.
pub fn a_connection_is_kept_after_a_body_that_was_read(service: &Service) {
    let request = post(service).without("Connection").header("Content-Type", "application/json");
    let mut stream = request.header("Transfer-Encoding", "chunked").send_head();
    stream.write_all(b"2\r\n{}\r\n0\r\n\r\n").unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let both = Answer::read(&mut stream);
    assert_eq!(both.status, 400);
    assert!(String::from_utf8_lossy(&both.body).ends_with(r#"{"status":"ok"}"#), "{both:?}");
}

/// Half a body is none.
pub fn a_body_that_breaks_off_changes_nothing(service: &Service) {
    let request = post(service).header("Content-Type", "application/json").header("Content-Length", "24");
    let mut stream = request.send_head();
    stream.write_all(br#"{"slug":"a","name":"A"}"#).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    drop(stream);
    let broken = post(service).header("Content-Type", "application/json").header("Transfer-Encoding", "chunked");
    let mut stream = broken.send_head();
    stream.write_all(b"nonsense\r\n").unwrap();
    // Whether there is an answer depends on how far the request has come: actix-web takes broken framing for a caller
    // who is gone, and closes the connection unless the answer is ready at once.
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&answer));
    let list = service.get(ORGANIZATIONS).send().expect(200);
    assert_eq!(list["data"], json!([]));
}
