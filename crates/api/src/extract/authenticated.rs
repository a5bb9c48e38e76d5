//! Whom a request comes from, as a handler's argument.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderValue},
};
use futures_util::future::LocalBoxFuture;
use tenancy_domain::{api_keys::ApiKey, authorization::Principal};

use crate::{api::Api, client_address::client_address, error::ApiError};

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
/// 401; 429 when its key, or the failures of its client's address, are too many.
pub(super) async fn principal(request: &HttpRequest) -> Result<Principal, ApiError> {
    let api = Api::of(request)?;
    // Who shows nothing guesses nothing: that is no failed authentication.
    if !request.headers().contains_key(AUTHORIZATION) {
        return Err(ApiError::missing_credentials());
    }
    let principal = uncounted_principal(request).await?;
    // The failures are asked only now, so that however many there are, a valid key is let in.
    let Some(principal) = principal else {
        api.rate_limits().count_auth_failure(client_address(request)?)?;
        return Err(ApiError::invalid_api_key());
    };
    if let Some(key) = principal.api_key() {
        api.rate_limits().count_request(key.id)?;
    }
    Ok(principal)
}

/// Whom `request` comes from, asked once more while it is answered: it is counted neither for its key nor against its
/// client. `None` where its key lets nobody in.
pub(super) async fn uncounted_principal(request: &HttpRequest) -> Result<Option<Principal>, ApiError> {
    match bearer_token(request.headers().get_all(AUTHORIZATION)) {
        Some(key) => Ok(Api::of(request)?.authenticator().authenticate(key).await?.ok()),
        None => Ok(None),
    }
}

/// The token of `Authorization: Bearer <token>` (RFC 6750, section 2.1; RFC 9110, section 11.1: the scheme in any case);
/// `None` for anything else.
fn bearer_token<'h>(mut sent: impl Iterator<Item = &'h HeaderValue>) -> Option<&'h str> {
    let value = sent.next()?;
    if sent.next().is_some() {
        // Two credentials may be of two callers: which one is meant is not ours to guess.
        return None;
    }
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(sent: &[&'static str]) -> Option<String> {
        let values: Vec<_> = sent.iter().map(|value| HeaderValue::from_static(value)).collect();
        bearer_token(values.iter()).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        for value in ["Bearer tny_x", "bearer tny_x", "BEARER   tny_x "] {
            assert_eq!(token(&[value]).as_deref(), Some("tny_x"));
        }
    }

    #[test]
    fn nothing_else_is_a_token() {
        for sent in [&["tny_x"][..], &["Basic dTpw"], &["Bearer"], &[""], &["Bearer a", "Bearer b"]] {
            assert_eq!(token(sent), None, "{sent:?}");
        }
    }
}
