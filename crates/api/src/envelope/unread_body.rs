//! A body that nobody has read when its request is refused.
//!
//! actix-web hands a request out before it has looked at what came with its head. Where the refusal needs no storage it is
//! there at once, with the body still to be taken in, and the connection would be closed after it: for callers a new
//! connection for each refusal, and for onlookers a difference between refusals that were looked up and those that were
//! known. What has arrived is therefore taken in first; for what has not, nobody waits.

use actix_web::{
    HttpMessage,
    dev::ServiceRequest,
    http::{StatusCode, header::CONTENT_LENGTH},
    rt::task::yield_now,
};

/// Whether a request announces a body.
#[derive(Clone, Copy)]
pub(super) struct UnreadBody(bool);

impl UnreadBody {
    /// What the head of `request` says of it.
    pub(super) fn of(request: &ServiceRequest) -> Self {
        let has_length = request.headers().get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
        Self(has_length || request.chunked().unwrap_or(false))
    }

    /// Has what arrived with the head taken in, if the answer has a status that is given before the body is read.
    pub(super) async fn take_in(self, status: StatusCode) {
        if self.0 && (status.is_client_error() || status.is_server_error()) {
            // The connection goes on with what it has read once the handler waits for something.
            yield_now().await;
        }
    }
}
