//! What tests of tenancy share.
//!
//! | feature | module | what for |
//! |---|---|---|
//! | `contract` | `contract` | proves that a storage keeps the contract of the ports |
//! | `doubles` | `doubles` | a clock, ids, randomness and what makes audit chains, as a test has them in its hand |
//! | `postgres` | `postgres` | a throw-away PostgreSQL |

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "doubles")]
pub mod doubles;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "postgres")]
pub mod postgres;
