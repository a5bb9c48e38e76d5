//! Whom a request comes from, as a handler's argument.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderMap},
};
use futures_util::future::LocalBoxFuture;
use tenancy_domain::{api_keys::ApiKey, authorization::Principal};

use crate::{api::Api, error::ApiError};

/// The caller of this request, whose key is valid and may have no scopes at all. A handler that takes one is not run
/// without; it is for what a caller may always do, and [`Authorized`](super::Authorized) for all else.
pub(crate) struct Authenticated(Principal);

impl Authenticated {
    /// The key that the caller showed.
    ///
    /// # Errors
    /// 500 for a caller that has none, which none over HTTP is.
    pub(crate) fn api_key(&self) -> Result<&ApiKey, ApiError> {
        self.0.api_key().ok_or_else(|| ApiError::internal("a caller over HTTP without an API key"))
    }
}

impl FromRequest for Authenticated {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { principal(&request).await.map(Self) })
    }
}

/// Whom `request` comes from.
///
/// # Errors
/// 401.
pub(super) async fn principal(request: &HttpRequest) -> Result<Principal, ApiError> {
    let key = bearer_token(request.headers())?;
    let authenticated = Api::of(request)?.authenticator().authenticate(key).await?;
    authenticated.map_err(|_| ApiError::invalid_api_key())
}

/// The token of `Authorization: Bearer <token>` (RFC 6750, section 2.1; RFC 9110, section 11.1: the scheme in any case).
fn bearer_token(headers: &HeaderMap) -> Result<&str, ApiError> {
    let mut sent = headers.get_all(AUTHORIZATION);
    let value = sent.next().ok_or_else(ApiError::missing_credentials)?;
    if sent.next().is_some() {
        // Two credentials may be of two callers: which one is meant is not ours to guess.
        return Err(ApiError::invalid_api_key());
    }
    let (scheme, token) =
        value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(ApiError::invalid_api_key)?;
    if scheme.eq_ignore_ascii_case("Bearer") { Ok(token.trim_ascii()) } else { Err(ApiError::invalid_api_key()) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use tenancy_api_types::errors::ErrorCode;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        for value in ["Bearer tny_x", "bearer tny_x", "BEARER   tny_x "] {
            assert_eq!(bearer_token(&headers(&[value])).unwrap(), "tny_x");
        }
    }

    #[test]
    fn none_sent_is_told_from_one_that_is_no_good() {
        assert_eq!(bearer_token(&headers(&[])).unwrap_err().code(), ErrorCode::MissingCredentials);
        for values in [&["tny_x"][..], &["Basic dTpw"], &["Bearer"], &[""], &["Bearer a", "Bearer b"]] {
            assert_eq!(bearer_token(&headers(values)).unwrap_err().code(), ErrorCode::InvalidApiKey, "{values:?}");
        }
    }
}
