//! The program `tenancy`: its settings, its commands, and the wiring of the service.
//!
//! Everything that is decided when the program starts is decided here: which storage stands behind the ports, where the
//! service listens, which keys exist on the first day. What the service does is in the domain, how it speaks HTTP in
//! the api crate; neither reads an environment variable or a file.

pub mod address;
pub mod audit_chains;
pub mod cli;
pub mod commands;
pub mod data_dir;
pub mod first_start;
pub mod logging;
pub mod master_key;
pub mod ports;
mod requests;
mod rewrapping;
pub mod server;
pub mod settings;
pub mod storage;

mod atomic_file;
mod audit_retention;
mod key_uses;
mod operator_error;
mod table;
