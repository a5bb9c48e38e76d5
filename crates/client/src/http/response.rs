//! An answer, all of it.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use time::OffsetDateTime;

use super::{header::REQUEST_ID, retry_after};

/// An answer, all of it.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The id of the request: the service's word, or what it was sent with.
    pub(crate) request_id: String,
}

impl Response {
    /// The answer to the request with the id `sent`.
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Bytes, sent: &str) -> Self {
        let request_id = text(&headers, REQUEST_ID).unwrap_or(sent).to_owned();
        Self { status, headers, body, request_id }
    }

    /// A header as text.
    pub(crate) fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        text(&self.headers, name)
    }

    /// After how long to come again.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry_after::parse(self.header(RETRY_AFTER)?, OffsetDateTime::now_utc())
    }
}

fn text(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
