#![doc = include_str!("../README.md")]

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
