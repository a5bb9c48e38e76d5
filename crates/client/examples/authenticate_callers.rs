//! A service in actix-web that lets in who shows a key of tenancy's. Its own key, in `KEY`, has the scope
//! `admin:api-keys:verify`. It prints where it listens:
//!
//! `KEY=… cargo run -p tenancy-client --features actix --example authenticate_callers`
//! `curl -H 'Authorization: Bearer tny_…' http://127.0.0.1:…/invoices`
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::{env, time::Duration};

use actix_web::{App, HttpServer, Responder, get};
use anyhow::{Context as _, Result};
use tenancy_client::{
    Client, RetryPolicy,
    actix::{Authentication, RequiredScope, Scoped},
    verify::{CacheBounds, Caller, Verifier},
};

/// What a key must be good for to see invoices.
struct BillingRead;

impl RequiredScope for BillingRead {
    const SCOPE: &str = "billing:read";
}

/// For whoever has a valid key.
#[get("/whoami")]
async fn whoami(caller: Caller) -> impl Responder {
    format!("the key {} with the scopes {:?}\n", caller.key_id(), caller.scopes())
}

/// For whoever has a key with the scope `billing:read`.
#[get("/invoices")]
async fn invoices(caller: Scoped<BillingRead>) -> impl Responder {
    match caller.org_id() {
        Some(organization) => format!("no invoices of the organization {organization} yet\n"),
        None => "no invoices yet\n".to_owned(),
    }
}

#[actix_web::main]
async fn main() -> Result<()> {
    let url = env::var("URL").unwrap_or("http://127.0.0.1:8080".to_owned());
    // Callers wait for this client: it gives up soon.
    let client = Client::builder(&url)
        .key(env::var("KEY").context("KEY holds no key")?)
        .timeout(Duration::from_secs(1))
        .retry(RetryPolicy::default().total_time(Duration::from_secs(3)))
        .build()?;
    // A key that is revoked is let in for a second at most after the tenancy service knows of it.
    let verifier = Verifier::new(client).cached(CacheBounds::default().max_age(Duration::from_secs(1)));

    let server = HttpServer::new(move || {
        App::new().wrap(Authentication::new(verifier.clone())).service(whoami).service(invoices)
    });
    let server = server.workers(1).bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("http://{address}");
    }
    server.run().await?;
    Ok(())
}
