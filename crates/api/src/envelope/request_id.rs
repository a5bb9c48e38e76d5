//! The id of a request.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use tenancy_domain::api_keys::ApiKeySecret;
use uuid::Uuid;

use crate::api::Api;

/// The header that a caller may send an id in, and that every answer carries it in.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 64;

/// The id of a request: the caller's, if it has 1 to 64 characters of `[A-Za-z0-9._-]` and is not an API key that was put
/// into the wrong header, else a fresh UUID. It is among the extensions of every request that passed the envelope.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The id of a request with these headers.
    pub(super) fn of(headers: &HeaderMap, api: &Api) -> Self {
        let sent = headers.get(X_REQUEST_ID).filter(|value| is_allowed(value.as_bytes()));
        sent.cloned().map_or_else(|| Self::from(api.fresh_id()), Self)
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The id as a header's value.
    pub(super) fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl From<Uuid> for RequestId {
    fn from(id: Uuid) -> Self {
        let mut buffer = Uuid::encode_buffer();
        let text = id.hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown")))
    }
}

fn is_allowed(id: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let holds_a_key = || std::str::from_utf8(id).is_ok_and(ApiKeySecret::is_within);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(allowed) && !holds_a_key()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_may_send() {
        for id in ["a", "A-b_c.9", &"a".repeat(64)] {
            assert!(is_allowed(id.as_bytes()), "{id}");
        }
        let key = "tny_00000000000000000000000000000000000000000002CZclj";
        for id in ["", " ", "a b", "a,b", "ä", "a\0", &"a".repeat(65), key, &format!("x-{key}")] {
            assert!(!is_allowed(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn a_fresh_id_is_written_as_a_uuid() {
        assert_eq!(RequestId::from(Uuid::nil()).as_str(), "00000000-0000-0000-0000-000000000000");
    }
}
