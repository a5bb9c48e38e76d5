//! A request that is to be sent, once or more often.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::Serialize;
use uuid::Uuid;

use super::header::{REQUEST_ID, visible};
use crate::error::InputError;

/// Whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Whatever became of it: to do it twice is to do it once.
    Safely,
    /// Where it was certainly not carried out.
    IfUndone,
    /// Never.
    Never,
}

/// A request that is to be sent.
#[derive(Debug)]
pub(crate) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    pub(super) id: String,
    pub(super) is_anonymous: bool,
    pub(super) timeout: Option<Duration>,
    pub(crate) repeat: Repeat,
}

impl Request {
    /// A request without a body.
    pub(crate) fn new(method: Method, url: Url, repeat: Repeat) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        // One of its own, so that a request that is never answered can be found in the service's log.
        let id = Uuid::new_v4().to_string();
        Self { method, url, headers, body: None, id, is_anonymous: false, timeout: None, repeat }
    }

    /// Gives it a body.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub(crate) fn set_json(&mut self, body: &impl Serialize) -> Result<(), InputError> {
        let body = serde_json::to_vec(body).map_err(|error| InputError::new("the body", error.to_string()))?;
        self.body = Some(body.into());
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(())
    }

    /// Adds a parameter to the query.
    pub(crate) fn add_query(&mut self, name: &str, value: &str) {
        self.url.query_pairs_mut().append_pair(name, value);
    }

    pub(crate) fn set_header(&mut self, name: impl reqwest::header::IntoHeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }

    /// Asks for another form of the answer than JSON.
    pub(crate) fn accept(&mut self, form: HeaderValue) {
        self.headers.insert(ACCEPT, form);
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Sends it without the client's key.
    pub(crate) fn be_anonymous(&mut self) {
        self.is_anonymous = true;
    }

    /// Gives it an id of the caller's.
    ///
    /// # Errors
    /// When it is none that the service takes.
    pub(crate) fn set_id(&mut self, id: &str) -> Result<(), InputError> {
        if !is_request_id(id) {
            return Err(InputError::new("the request id", "must have 1 to 64 characters of A-Z, a-z, 0-9 and . _ -"));
        }
        id.clone_into(&mut self.id);
        Ok(())
    }

    /// All headers but the key.
    ///
    /// # Errors
    /// None, for an id that was made or checked here.
    pub(super) fn headers(&self) -> Result<HeaderMap, InputError> {
        let mut headers = self.headers.clone();
        headers.insert(REQUEST_ID, visible("the request id", &self.id)?);
        Ok(headers)
    }
}

/// Whether this is an id that the service takes for a request.
pub(crate) fn is_request_id(text: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_good)
}
