//! The JSON that crosses the wire between tenancy and its callers: one module a resource, shared by the service and
//! its clients.
//!
//! These types hold shapes and no rules: whether a slug is a good one, the service tells. The bounds that are known
//! here ([`fields`]) are those that the OpenAPI document states. With the feature `openapi` each type tells its schema.

pub mod api_keys;
pub mod audit_logs;
pub mod dry_run;
pub mod errors;
pub mod fields;
pub mod health;
pub mod json;
pub mod me;
pub mod members;
pub mod metadata;
pub mod nothing;
pub mod organizations;
pub mod owner;
pub mod pagination;
pub mod patch;
pub mod projects;
pub mod providers;
pub mod secret;
pub mod timestamp;
pub mod users;
pub mod verification;

mod text;
