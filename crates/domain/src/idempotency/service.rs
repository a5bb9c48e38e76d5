//! Forgetting requests that are over.

use std::sync::Arc;

use super::{IdempotencyRecord, IdempotencyRepository};
use crate::{error::Error, ports::Clock};

/// How many records are deleted at once: so few that nobody else waits for it.
const BATCH: u16 = 500;

/// Sees to it that requests are forgotten once nobody may send them again.
#[derive(Clone)]
pub struct IdempotencyService {
    repository: Arc<dyn IdempotencyRepository>,
    clock: Arc<dyn Clock>,
}

impl IdempotencyService {
    /// Puts the use case on top of its ports.
    #[must_use]
    pub fn new(repository: Arc<dyn IdempotencyRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { repository, clock }
    }

    /// Deletes some of the records that are over, the oldest first; tells whether there may be more. Any number of
    /// instances may do this at once.
    ///
    /// # Errors
    /// Those of the storage; what is left comes next time.
    pub async fn forget_some(&self) -> Result<bool, Error> {
        let over = IdempotencyRecord::end_of_those_over(self.clock.now());
        Ok(self.repository.forget_requests(over, BATCH).await? >= u64::from(BATCH))
    }
}
