//! Stopping without losing a request.

mod support;

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use support::{Installation, read_all};

#[tokio::test]
async fn a_service_that_drains_says_so_and_goes_on_serving() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "5");
    let mut service = installation.start();
    let key = service.printed_key().unwrap();
    assert_eq!(service.get("/readyz", None).await.0, 200);
    service.signal("TERM");
    let begun = Instant::now();
    while service.get("/readyz", None).await.0 != 503 {
        assert!(begun.elapsed() < Duration::from_secs(4), "{}", service.log());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(service.accepts(&key).await);
    assert_eq!(service.get("/livez", None).await.0, 200);
    assert_eq!(service.wait().code(), Some(0));
}

/// A request whose body is still on its way when the service is told to stop is answered all the same.
#[test]
fn a_request_that_is_under_way_is_finished() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "0");
    let mut service = installation.start();
    let key = service.printed_key().unwrap();
    let host = service.base_url().trim_start_matches("http://");
    let body = br#"{"slug":"acme","name":"Acme"}"#;

    let mut connection = TcpStream::connect(host).unwrap();
    write!(
        connection,
        "POST /admin/v1/organizations HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let (first, rest) = body.split_at(10);
    connection.write_all(first).unwrap();
    // Long enough for the head to have been read.
    thread::sleep(Duration::from_millis(300));
    service.signal("INT");
    thread::sleep(Duration::from_millis(300));
    connection.write_all(rest).unwrap();
    let answer = read_all(connection);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(service.wait().code(), Some(0));
}

#[test]
fn a_second_signal_ends_at_once() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "600");
    let mut service = installation.start();
    service.signal("TERM");
    thread::sleep(Duration::from_millis(300));
    service.signal("TERM");
    assert_eq!(service.wait().code(), Some(1));
}

/// A connection that is open and idle does not hold the end up.
#[test]
fn an_idle_connection_is_closed() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "0");
    let service = installation.start();
    let _idle = TcpStream::connect(service.base_url().trim_start_matches("http://")).unwrap();
    thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    service.stop();
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
