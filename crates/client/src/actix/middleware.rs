//! The middleware.

use std::{
    future::{Ready, ready},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, ResponseError as _,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::header::AUTHORIZATION,
};

use super::Denied;
use crate::verify::{Caller, Refusal, Verifier};

/// A middleware that lets nobody through without a valid key. See the [module](super).
#[derive(Debug, Clone)]
#[must_use = "it does nothing until an `App` or a `Scope` is wrapped in it"]
pub struct Authentication {
    verifier: Verifier,
    scope: Option<Arc<str>>,
}

impl Authentication {
    /// One that lets any valid key through.
    pub const fn new(verifier: Verifier) -> Self {
        Self { verifier, scope: None }
    }

    /// The same for keys with this scope alone.
    pub fn scope(self, scope: &str) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }
}

/// What the middleware leaves in the request for those behind it.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    pub(super) verifier: Verifier,
}

/// Whose key `request` shows.
pub(super) async fn authenticate(
    verifier: &Verifier,
    request: &HttpRequest,
    scope: Option<&str>,
) -> Result<Caller, Refusal> {
    // Out of the request before the first wait: it is not to be held while others use it.
    let values: Vec<Vec<u8>> =
        request.headers().get_all(AUTHORIZATION).map(|value| value.as_bytes().to_vec()).collect();
    verifier.authenticate_headers(values.iter().map(Vec::as_slice), scope).await
}

impl<S, B> Transform<S, ServiceRequest> for Authentication
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AuthenticationService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AuthenticationService { service: Rc::new(service), authentication: self.clone() }))
    }
}

/// What [`Authentication`] wraps a service in.
#[derive(Debug)]
pub struct AuthenticationService<S> {
    service: Rc<S>,
    authentication: Authentication,
}

impl<S, B> Service<ServiceRequest> for AuthenticationService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, Authentication { verifier, scope }) = (self.service.clone(), self.authentication.clone());
        Box::pin(async move {
            match authenticate(&verifier, request.request(), scope.as_deref()).await {
                Ok(caller) => {
                    request.extensions_mut().insert(Authenticated { caller, verifier });
                    service.call(request).await.map(ServiceResponse::map_into_left_body)
                }
                Err(refusal) => {
                    let answer = Denied::new(refusal, request.request()).error_response();
                    Ok(request.into_response(answer).map_into_right_body())
                }
            }
        })
    }
}
