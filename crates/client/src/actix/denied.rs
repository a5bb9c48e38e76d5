//! The answer to a caller who is not let in.

use std::fmt;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError, http::StatusCode};

use crate::verify::{Refusal, RefusalAnswer};

/// A caller who is not let in, as an error of actix-web: what [`Caller`](crate::verify::Caller) and
/// [`Scoped`](super::Scoped) fail with.
#[derive(Debug)]
pub struct Denied {
    refusal: Refusal,
    answer: RefusalAnswer,
}

impl Denied {
    pub(super) fn new(refusal: Refusal, request: &HttpRequest) -> Self {
        let request_id = request.headers().get("x-request-id").map(|value| value.as_bytes().to_vec());
        let answer = RefusalAnswer::new(&refusal, request_id.as_deref());
        Self { refusal, answer }
    }

    /// Why.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        &self.refusal
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.refusal, formatter)
    }
}

impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        for (name, value) in &self.answer.headers {
            response.insert_header((*name, value.as_str()));
        }
        response.body(self.answer.body.clone())
    }
}
