//! The authorization of a request, as a handler's argument.

use std::ops::Deref;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::USER_AGENT};
use futures_util::future::LocalBoxFuture;
use tenancy_domain::authorization::{Caller, Grant, Origin, Permission};

use super::authenticated::principal;
use crate::{client_address::client_address, envelope::RequestId, error::ApiError, withheld::unless_it_holds_a_key};

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
            let principal = principal(&request).await?;
            Ok(Self(Caller::new(principal, origin(&request)?).authorize()?))
        })
    }
}

fn origin(request: &HttpRequest) -> Result<Origin, ApiError> {
    let user_agent = request.headers().get(USER_AGENT).map(|value| {
        let sent = String::from_utf8_lossy(value.as_bytes());
        unless_it_holds_a_key(&sent).chars().take(USER_AGENT_MAX_LENGTH).collect()
    });
    Ok(Origin {
        request_id: request.extensions().get::<RequestId>().map(|id| id.as_str().to_owned()),
        ip_address: client_address(request)?,
        user_agent,
    })
}
