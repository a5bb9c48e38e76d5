//! What the tests share.

mod faults;
mod running;

pub(crate) use faults::SECRET;
pub(crate) use running::{Options, Running, start};
