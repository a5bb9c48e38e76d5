//! What a call gives: the value, and what stands beside it.

use std::{fmt, ops::Deref};

use crate::{
    error::InputError,
    http::{self, Response},
};

/// What the service answered: the value, its version, and what stands beside it. It can be used as the value itself.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    value: T,
    etag: Option<ETag>,
    request_id: String,
    is_replayed: bool,
}

impl<T> Answer<T> {
    pub(crate) fn new(value: T, response: Response) -> Self {
        Self {
            value,
            etag: response.header(http::ETAG).map(|text| ETag(text.to_owned())),
            is_replayed: response.header(http::IDEMPOTENCY_REPLAYED) == Some("true"),
            request_id: response.request_id,
        }
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Which version of the thing this is. Lists have none, and neither have the answers of a service that tells none.
    #[must_use]
    pub const fn etag(&self) -> Option<&ETag> {
        self.etag.as_ref()
    }

    /// The id of the request, as in the service's log and its audit log.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Whether this is the answer to an earlier request with the same `Idempotency-Key`: nothing was done this time.
    #[must_use]
    pub const fn is_replayed(&self) -> bool {
        self.is_replayed
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Which version of a thing is meant: what `ETag` says, and what `If-Match` and `If-None-Match` ask for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// One that was kept from an earlier answer, with its quotes.
    ///
    /// # Errors
    /// When it has characters that no header can hold.
    pub fn new(text: impl Into<String>) -> Result<Self, InputError> {
        let text = text.into();
        http::visible("the ETag", &text)?;
        Ok(Self(text))
    }

    /// The text, with its quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
