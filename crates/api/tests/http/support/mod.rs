//! What the tests share.

mod client;
mod faults;
mod service;

pub(crate) use client::{Answer, Request};
pub(crate) use service::{Options, Service};
