//! What tests of tenancy share.

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "doubles")]
pub mod doubles;
#[cfg(feature = "postgres")]
pub mod postgres;
