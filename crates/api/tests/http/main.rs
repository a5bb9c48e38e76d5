//! The API over HTTP: a real server on a loopback port, storage in memory, and a client that sends exactly the bytes it
//! is told to.
//!
//! Each test starts a service of its own and knows of it nothing but its address and a key.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails a test")]

mod authentication;
mod bodies;
mod envelope;
mod lists;
mod mounting;
mod operations;
mod organizations;
mod paths;
mod support;
