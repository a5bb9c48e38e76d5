#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "doubles")]
pub mod doubles;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "postgres")]
pub mod postgres;
