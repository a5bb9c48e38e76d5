//! Authentication of the callers of a service in tower: axum, hyper, tonic. Behind the feature `tower`.
//!
//! [`AuthenticationLayer`] lets nobody through without a valid key, and leaves the [`Caller`](crate::verify::Caller)
//! among the request's extensions, where axum's `Extension<Caller>` finds it.
//!
//! ```
//! use http::{Request, Response};
//! use tenancy_client::{tower::AuthenticationLayer, verify::{Caller, Verifier}};
//! use tower_layer::Layer;
//! use tower_service::Service;
//!
//! # fn layer<S: Service<Request<String>, Response = Response<String>>>(verifier: Verifier, service: S) {
//! let service = AuthenticationLayer::new(verifier).scope("billing:read").layer(service);
//! # let _ = service;
//! # }
//! # fn handle(request: Request<String>) {
//! let caller: Option<&Caller> = request.extensions().get();
//! # let _ = caller;
//! # }
//! ```
//!
//! Who is not let in is answered in the form of tenancy's own errors: 401 without a valid key, 403 without the scope,
//! 503 while keys cannot be verified.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use tower_layer::Layer;
use tower_service::Service;

use crate::verify::{Refusal, RefusalAnswer, Verifier};

/// A layer that lets nobody through without a valid key. See the [module](self).
#[derive(Debug, Clone)]
#[must_use = "it does nothing until a service is wrapped in it"]
pub struct AuthenticationLayer {
    verifier: Verifier,
    scope: Option<Arc<str>>,
}

impl AuthenticationLayer {
    /// One that lets any valid key through.
    pub const fn new(verifier: Verifier) -> Self {
        Self { verifier, scope: None }
    }

    /// The same for keys with this scope alone.
    pub fn scope(self, scope: &str) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }
}

impl<S> Layer<S> for AuthenticationLayer {
    type Service = Authentication<S>;

    fn layer(&self, inner: S) -> Authentication<S> {
        Authentication { inner, layer: self.clone() }
    }
}

/// What [`AuthenticationLayer`] wraps a service in.
#[derive(Debug, Clone)]
pub struct Authentication<S> {
    inner: S,
    layer: AuthenticationLayer,
}

impl<S, B, R> Service<Request<B>> for Authentication<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that was ready is the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let AuthenticationLayer { verifier, scope } = self.layer.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let authorization = head.headers.get_all(AUTHORIZATION).into_iter().map(http::HeaderValue::as_bytes);
            match verifier.authenticate_headers(authorization, scope.as_deref()).await {
                Ok(caller) => {
                    head.extensions.insert(caller);
                    inner.call(Request::from_parts(head, body)).await
                }
                Err(refusal) => {
                    let request_id = head.headers.get("x-request-id").map(http::HeaderValue::as_bytes);
                    Ok(answer(&refusal, request_id))
                }
            }
        })
    }
}

fn answer<R: From<String>>(refusal: &Refusal, request_id: Option<&[u8]>) -> Response<R> {
    let RefusalAnswer { status, headers, body } = RefusalAnswer::new(refusal, request_id);
    let mut response = Response::new(R::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        // They are digits, ids that were checked, and words of ours.
        if let Ok(value) = value.try_into() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
