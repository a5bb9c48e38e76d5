//! Reads `Idempotency-Key`, and tells requests apart.

use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName},
};
use tenancy_domain::{
    authorization::{Actor, Grant, Permission},
    idempotency::{Fingerprint, IdempotencyKey, KeyedRequest},
};

use crate::error::ApiError;

/// The header that a caller gives a request a key in.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Its name as people write it.
const NAME: &str = "Idempotency-Key";

/// The key that the request was given.
///
/// # Errors
/// 400 for one that cannot be a key, and for several.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut sent = headers.get_all(HEADER);
    let Some(value) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(ApiError::bad_parameter(NAME, "is given twice"));
    }
    // What is no text has characters that no key may have: so has the one in its place.
    let key = IdempotencyKey::parse(value.to_str().unwrap_or("\0"));
    key.map(Some).map_err(|violation| ApiError::bad_parameter(NAME, violation))
}

/// The request with its key. Two of them are the same when they have the method, the path and query as they were sent, and
/// the bytes of the body in common; other headers do not matter.
pub(super) fn keyed<P: Permission>(
    request: &HttpRequest,
    body: &[u8],
    grant: &Grant<P>,
    key: IdempotencyKey,
) -> Option<KeyedRequest> {
    // Whoever has no API key is not on the other side of a network.
    let Actor::ApiKey { id, owner } = grant.actor() else { return None };
    let uri = request.uri();
    let target = uri.path_and_query().map_or(uri.path(), |target| target.as_str());
    let fingerprint = Fingerprint::of([request.method().as_str().as_bytes(), target.as_bytes(), body]);
    Some(KeyedRequest { caller: id, organization: owner.organization(), key, fingerprint })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use tenancy_api_types::fields::IDEMPOTENCY_KEY_MAX_LENGTH;

    use super::*;

    fn read(sent: &[&[u8]]) -> Result<Option<String>, Option<String>> {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        let key = key(&headers).map_err(|error| error.param().map(str::to_owned))?;
        Ok(key.map(|key| key.as_str().to_owned()))
    }

    #[test]
    fn a_key_is_one_header_of_visible_ascii_characters() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[b"8e03978e-40d5"]), Ok(Some("8e03978e-40d5".to_owned())));
        let long = [b'k'; 256];
        for bad in [&[&b""[..]][..], &[b"a b"], &[b"\xff"], &["ä".as_bytes()], &[&long], &[b"a", b"a"], &[b"a", b"b"]]
        {
            assert_eq!(read(bad), Err(Some(NAME.to_owned())), "{bad:?}");
        }
        assert_eq!(read(&[&long[1..]]), Ok(Some("k".repeat(255))));
        // The number stands in the domain, which rules, and in the wire types, which only tell: they must agree.
        assert_eq!(IDEMPOTENCY_KEY_MAX_LENGTH, IdempotencyKey::MAX_LENGTH);
    }
}
