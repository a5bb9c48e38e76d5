//! The authorization of a request, as a handler's argument.

use std::ops::Deref;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderMap, USER_AGENT},
};
use futures_util::future::LocalBoxFuture;
use tenancy_domain::authorization::{Caller, Grant, Origin, Permission};

use crate::{api::Api, envelope::RequestId, error::ApiError};

/// The longest `User-Agent` that is kept, in characters.
const USER_AGENT_MAX_LENGTH: usize = 512;

/// Proof that the caller of this request may do what `P` stands for. A handler that takes one is not run without.
pub(crate) struct Authorized<P>(Grant<P>);

impl<P> Deref for Authorized<P> {
    type Target = Grant<P>;

    fn deref(&self) -> &Grant<P> {
        &self.0
    }
}

impl<P: Permission> FromRequest for Authorized<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let key = bearer_token(request.headers())?;
            let authenticated = Api::of(&request)?.authenticator().authenticate(key).await?;
            let principal = authenticated.map_err(|_| ApiError::invalid_api_key())?;
            Ok(Self(Caller::new(principal, origin(&request)).authorize()?))
        })
    }
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

fn origin(request: &HttpRequest) -> Origin {
    let user_agent = request
        .headers()
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(USER_AGENT_MAX_LENGTH).collect::<String>());
    Origin {
        request_id: request.extensions().get::<RequestId>().map(|id| id.as_str().to_owned()),
        ip_address: request.peer_addr().map(|address| address.ip()),
        user_agent,
    }
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
