//! The arguments of handlers.

use std::{fmt, marker::PhantomData, ops::Deref, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::ErrorInternalServerError, web::Data,
};

use super::{
    Denied,
    middleware::{Authenticated, authenticate},
};
use crate::verify::{Caller, Verifier};

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// A scope as a type, for [`Scoped`].
pub trait RequiredScope {
    /// The scope.
    const SCOPE: &'static str;
}

/// A caller whose key has the scope `S`. It can be used as the [`Caller`].
pub struct Scoped<S> {
    caller: Caller,
    scope: PhantomData<fn() -> S>,
}

impl<S> Scoped<S> {
    /// The caller.
    #[must_use]
    pub fn into_inner(self) -> Caller {
        self.caller
    }
}

impl<S> Deref for Scoped<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S> fmt::Debug for Scoped<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.caller, formatter)
    }
}

/// Who the middleware has let in; or else, who shows a valid key.
impl FromRequest for Caller {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Authenticated>().map(|known| known.caller.clone());
        let request = request.clone();
        Box::pin(async move {
            match known {
                Some(caller) => Ok(caller),
                None => verify(&request, None).await,
            }
        })
    }
}

impl<S: RequiredScope> FromRequest for Scoped<S> {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self { caller: verify(&request, Some(S::SCOPE)).await?, scope: PhantomData }) })
    }
}

async fn verify(request: &HttpRequest, scope: Option<&str>) -> Result<Caller, Error> {
    let verifier = verifier(request).ok_or_else(|| {
        ErrorInternalServerError("the handler has neither the middleware nor a `Verifier` in its `app_data`")
    })?;
    let caller = authenticate(&verifier, request, scope).await;
    caller.map_err(|refusal| Denied::new(refusal, request).into())
}

/// The middleware's, or the one of the `App`.
fn verifier(request: &HttpRequest) -> Option<Verifier> {
    let of_middleware = request.extensions().get::<Authenticated>().map(|known| known.verifier.clone());
    of_middleware
        .or_else(|| request.app_data::<Verifier>().cloned())
        .or_else(|| request.app_data::<Data<Verifier>>().map(|verifier| verifier.get_ref().clone()))
}
