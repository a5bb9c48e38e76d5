//! The outermost middleware: what every answer has, whatever layer gave it.
//!
//! Each answer carries its request's id and the security headers; each answer with a status of 400 or more, actix-web's
//! own included, has the error envelope for a body; a panic is a 500. What happened is logged and counted here, once.
//!
//! Errors of actix-web's connection layer, before the head of a request is parsed, pass by this middleware.

mod accept;
mod answer;
mod exchange;
mod held_payload;
mod moved;
mod request_id;
mod unread_body;

use std::{
    any::Any,
    future::{Ready, ready},
    panic::AssertUnwindSafe,
    rc::Rc,
};

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};
use futures_util::{FutureExt, future::LocalBoxFuture};

pub(crate) use self::{accept::prefers, request_id::RequestId};
use self::{answer::Unanswered, exchange::Exchange, held_payload::HeldPayload, unread_body::UnreadBody};
use crate::{api::Api, error::ApiError};

/// The outermost middleware. Wrap it around the `App` last, so that it sees what every other layer answers.
#[derive(Clone)]
pub struct Envelope(Api);

impl Envelope {
    /// The middleware for an `App` that `api` is mounted in.
    #[must_use]
    pub const fn new(api: Api) -> Self {
        Self(api)
    }
}

impl<S, B> Transform<S, ServiceRequest> for Envelope
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = EnvelopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EnvelopeService { api: self.0.clone(), service: Rc::new(service) }))
    }
}

/// [`Envelope`], around the service of one worker.
pub struct EnvelopeService<S> {
    api: Api,
    service: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for EnvelopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let (api, service) = (self.api.clone(), Rc::clone(&self.service));
        Box::pin(async move {
            let exchange = Exchange::begin(&api, &request);
            request.extensions_mut().insert(exchange.request_id().clone());
            let unread = UnreadBody::of(&request);
            let reader = HeldPayload::of(&mut request);
            let hold = |response: ServiceResponse<EitherBody<B>>| match reader {
                None => response,
                Some(reader) => response.map_body(|_, body| EitherBody::right(reader.until_sent(body))),
            };
            let limit = api.limits().head_bytes;
            if exchange::head_bytes(&request) > limit {
                let refusal = request.error_response(ApiError::headers_too_large(limit));
                let refusal = answer::finish(&exchange, refusal).map_into_boxed_body().map_into_right_body();
                return Ok(hold(refusal));
            }

            // The call is within the future: it may panic before it gives one back.
            let called = AssertUnwindSafe(async { service.call(request).await }).catch_unwind().await;
            match called {
                Ok(Ok(response)) => {
                    let answer = hold(answer::finish(&exchange, response));
                    unread.take_in(answer.status()).await;
                    Ok(answer)
                }
                // The request is gone with the service that it was handed to: no response can be made for it here, but
                // an error that knows its answer can be handed out.
                Ok(Err(error)) => Err(Unanswered::new(&exchange, answer::error_of(&error)).into()),
                Err(panic) => Err(Unanswered::new(&exchange, panicked(&*panic)).into()),
            }
        })
    }
}

fn panicked(panic: &(dyn Any + Send)) -> ApiError {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    ApiError::internal(format!("panicked: {}", text.unwrap_or("with a value that is no text")))
}
