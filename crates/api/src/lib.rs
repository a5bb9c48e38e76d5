#![doc = include_str!("../README.md")]
//!
//! # The way of a request
//!
//! A request passes the envelope and the routes to its handler. The handler's `Authorized` argument *is* the
//! authorization; the request's own text is handed over unread and parsed after it, so that nothing in it is judged
//! before the caller is. The handler then calls one use case of the domain, and answers with a type of
//! `tenancy_api_types`. Nothing here knows how things are stored.

mod answer;
mod api;
mod api_keys;
mod audit_logs;
mod builder;
mod client_address;
mod docs;
mod dry_run;
mod endpoint;
mod envelope;
mod error;
mod extract;
mod health;
mod include_deleted;
mod me;
mod members;
mod metadata;
mod metrics;
mod openapi;
mod organizations;
mod pagination;
mod projects;
mod providers;
mod rate_limit;
mod reach;
mod routes;
mod search;
mod shared;
mod timestamp;
mod users;
mod withheld;

pub use api::{Api, Limits, Parts};
pub use builder::{ApiBuilder, Quotas};
pub use client_address::TrustedProxies;
pub use envelope::Envelope;
pub use openapi::document as openapi_document;
pub use routes::configure;
