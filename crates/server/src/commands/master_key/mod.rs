//! `master-key`: makes master keys, and shows which are in use.

pub(super) mod generate;
pub(super) mod status;
