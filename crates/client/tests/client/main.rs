//! The client, with a real service in this process (storage in memory) and with a server that does what a test tells
//! it.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod conditions;
mod document;
mod errors;
mod operations;
mod pages;
mod retries;
mod script;
mod tls;
mod verification;

#[path = "../support/service.rs"]
mod service;

use std::time::Duration;

use tenancy_client::{Client, RetryPolicy};

/// A key in the form of one.
const KEY: &str = "tny_00000000000000000000000000000000000000000000000000";

/// A client of a server that does what it is told, which does not wait long.
fn client(url: &str) -> Client {
    quick(url).build().unwrap()
}

fn quick(url: &str) -> tenancy_client::ClientBuilder {
    Client::builder(url)
        .key(KEY)
        .timeout(Duration::from_millis(300))
        .retry(RetryPolicy::default().first_pause(Duration::from_millis(10)))
}
