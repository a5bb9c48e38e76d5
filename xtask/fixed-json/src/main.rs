//! The least that a service on actix-web can do: one answer, the same for whatever is asked. It is what `cargo xtask bench`
//! compares the service with, and has the service's settings for connections.
//!
//! It prints where it listens.

use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, http::header::CONTENT_TYPE, web};

/// As long as the service has it.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// An organization, as the service would give it.
const ANSWER: &str = concat!(
    r#"{"id":"01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70","slug":"o-123456","name":"An organization","#,
    r#""created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}"#,
);

async fn answer() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).body(ANSWER)
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "where it listens is what it is asked for")]
async fn main() -> std::io::Result<()> {
    let server =
        HttpServer::new(|| App::new().default_service(web::to(answer))).keep_alive(KEEP_ALIVE).bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("{address}");
    }
    server.run().await
}
