//! The headers that are sent and read.

use reqwest::header::HeaderValue;
pub(crate) use reqwest::header::{ETAG, IF_MATCH, IF_NONE_MATCH};

use crate::error::InputError;

/// What a `POST` is known by when it is repeated.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Whether an answer is one that was given before.
pub(crate) const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";
/// How many lines an export has.
pub(crate) const TOTAL_COUNT: &str = "x-total-count";
/// The id of a request.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// `Bearer <key>`, which no log shows.
///
/// # Errors
/// When the key has what no header can hold.
pub(crate) fn bearer(key: &str) -> Result<HeaderValue, InputError> {
    let mut value = visible("the key", &format!("Bearer {key}"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A header with this text.
///
/// # Errors
/// When it has anything but visible ASCII and blanks. The text itself is not repeated: it may be a secret.
pub(crate) fn visible(what: &'static str, text: &str) -> Result<HeaderValue, InputError> {
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(InputError::new(what, "has characters that no header can hold"));
    }
    HeaderValue::from_str(text).map_err(|error| InputError::new(what, error.to_string()))
}
