//! The port of leases.

use async_trait::async_trait;
use uuid::Uuid;

use crate::{error::Error, timestamp::Timestamp};

/// Something that one instance does at a time, for good order: what is done twice in spite of that must do no harm, since
/// the clocks of two instances may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lease {
    /// To wrap secrets anew.
    Rewrapping,
}

impl Lease {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rewrapping => "rewrapping",
        }
    }
}

/// Keeps who holds which lease until when. Taking one is no change to any tenant, and leaves no audit entry.
#[async_trait]
pub trait LeaseRepository: Send + Sync {
    /// Gives `lease` to `holder` until `until`: when nobody has it at `now`, and when `holder` has it already. Tells
    /// whether `holder` has it.
    ///
    /// # Errors
    /// None of its own.
    async fn take_lease(&self, lease: Lease, holder: Uuid, now: Timestamp, until: Timestamp) -> Result<bool, Error>;

    /// Ends `lease` if `holder` has it, so that another may have it at once.
    ///
    /// # Errors
    /// None of its own.
    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), Error>;
}
