//! The ports of requests that may be sent again.

use async_trait::async_trait;
use uuid::Uuid;

use super::{IdempotencyRecord, KeptAnswer};
use crate::{error::Error, ids::ApiKeyId, timestamp::Timestamp};

/// Keeps requests and their answers, within a [unit of work](crate::unit_of_work).
#[async_trait]
pub trait IdempotencyWriter {
    /// Begins `record`, the first thing that a unit of work does; then gives `None`. Where the caller has a record with
    /// this key that was made after `over`, it gives that one instead, and nothing is written; one that was not is
    /// replaced. A unit of work that has begun one with this key and has not ended is waited for.
    ///
    /// # Errors
    /// [`Error::Conflict`] when that one does not end in time.
    async fn begin_request(
        &mut self,
        record: &IdempotencyRecord,
        over: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, Error>;

    /// Adds the answer to the record that this unit of work has begun.
    ///
    /// # Errors
    /// None of its own.
    async fn keep_answer(&mut self, record: Uuid, answer: &KeptAnswer) -> Result<(), Error>;

    /// Erases every answer that holds a secret of this API key. The records stay, so that their requests are not carried
    /// out again.
    ///
    /// # Errors
    /// None of its own.
    async fn erase_answers_with_secrets_of(&mut self, key: ApiKeyId) -> Result<(), Error>;
}

/// Forgets requests that are over. It is no change to anyone, and leaves no audit entry.
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// Deletes the records that were made at `over` or before, the oldest first and not more than `limit`. Gives how many
    /// there were.
    ///
    /// # Errors
    /// None of its own.
    async fn forget_requests(&self, over: Timestamp, limit: u16) -> Result<u64, Error>;
}
