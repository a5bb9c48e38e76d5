//! What the tests share.

mod faults;
mod remains;
mod running;
mod spy;

pub(crate) use faults::SECRET;
pub(crate) use running::{Options, Running, start};
