//! `audit`: looks through the audit log for tampering, and tells where its chains end.

pub(super) mod heads;
pub(super) mod verify;
