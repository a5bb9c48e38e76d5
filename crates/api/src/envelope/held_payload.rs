//! A chunked body that is held on to until its answer is sent.
//!
//! Once the reader of a chunked body is dropped, actix-web reads what is left of it, in order to keep the connection,
//! for as long as the caller likes to send: a connection that is never given back. While there is a reader, it closes
//! the connection after the answer instead. A body whose length is known has no such trouble.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    web::Bytes,
};
use futures_util::Stream;

/// The reader of a chunked body, shared between the handler and the answer.
#[derive(Clone)]
pub(super) struct HeldPayload(Rc<RefCell<Payload>>);

impl HeldPayload {
    /// Takes hold of the body of `request`, if it is a chunked one. The request goes on as before.
    pub(super) fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.chunked().unwrap_or(false) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
    }

    /// `body`, which holds on to the reader until it is sent.
    pub(super) fn until_sent(self, body: impl MessageBody + 'static) -> BoxBody {
        BoxBody::new(HoldingBody { body: BoxBody::new(body), _held: self })
    }
}

impl Stream for HeldPayload {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

struct HoldingBody {
    body: BoxBody,
    _held: HeldPayload,
}

impl MessageBody for HoldingBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
