#![doc = include_str!("../README.md")]

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
mod batches;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod open_error;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(any(feature = "memory", feature = "postgres", feature = "sqlite"))]
mod subscribers;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod thread_number;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use open_error::OpenError;
