//! The ports of tenancy in SQLite, in PostgreSQL and in memory, and the sealing of secrets.
//!
//! | feature | module | what for |
//! |---|---|---|
//! | `sqlite` | [`sqlite`] | one file, SQLite built in: the default of the service |
//! | `postgres` | [`postgres`] | many instances on one database |
//! | `memory` | [`memory`] | the reference of the ports, and what importers test with |
//! | `sealing` | [`sealing`] | secrets sealed under master keys that the program is given |
//!
//! All four are on by default, and each compiles alone. [`system`] has the clock, the ids and the randomness.

#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sealing")]
pub mod sealing;
#[cfg(feature = "sqlite")]
pub mod sqlite;
pub mod system;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod open_error;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(any(feature = "memory", feature = "postgres", feature = "sqlite"))]
mod subscribers;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use open_error::OpenError;
