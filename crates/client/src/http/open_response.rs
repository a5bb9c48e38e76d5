//! An answer that is read as it comes.

use std::time::Duration;

use bytes::Bytes;

use super::header::{REQUEST_ID, TOTAL_COUNT};
use crate::error::{Error, TransportError};

/// An answer of which the body has not been read yet.
#[derive(Debug)]
pub(crate) struct OpenResponse {
    answer: reqwest::Response,
    /// The id of the request: the service's word, or what it was sent with.
    pub(crate) request_id: String,
    /// How long each part of the body may take.
    timeout: Duration,
}

impl OpenResponse {
    /// The answer to the request with the id `sent`.
    pub(super) fn new(answer: reqwest::Response, sent: &str, timeout: Duration) -> Self {
        let told = answer.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let request_id = told.unwrap_or(sent).to_owned();
        Self { answer, request_id, timeout }
    }

    pub(crate) fn status(&self) -> u16 {
        self.answer.status().as_u16()
    }

    /// How many lines there are, where the service says so.
    pub(crate) fn total_count(&self) -> Option<u64> {
        self.answer.headers().get(TOTAL_COUNT)?.to_str().ok()?.parse().ok()
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    /// When it does not come in time, or the connection breaks before the end of the body.
    pub(crate) async fn part(&mut self) -> Result<Option<Bytes>, Error> {
        let part = tokio::time::timeout(self.timeout, self.answer.chunk()).await;
        part.map_err(|_| TransportError::late(&self.request_id))
            .and_then(|part| part.map_err(|error| TransportError::new(error, &self.request_id)))
            .map_err(|error| Error::Transport(Box::new(error)))
    }
}
