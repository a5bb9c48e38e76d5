//! Answers that give one thing: with the tag of the state that it is in, and nothing at all where the caller has that
//! already. What a POST is answered with can be kept, and given again.

use std::fmt;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ContentType, ETAG, HeaderName, HeaderValue, LOCATION},
    },
};
use serde::{Deserialize, Serialize};
use tenancy_domain::{
    Error, Precondition, Revised,
    idempotency::{self, Answered},
};

use crate::error::ApiError;

/// Tells that the answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A successful answer that gives one thing.
pub(crate) struct Answer {
    head: Head,
    body: String,
    /// Whether it was given before, to a request that has come again.
    is_repeated: bool,
}

/// What comes before the body; kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
}

impl Answer {
    /// The thing as it is now.
    pub(crate) fn of<T: Revised, W: Serialize>(thing: T, to_wire: impl FnOnce(T) -> W) -> Self {
        let etag = Some(thing.revision().to_string());
        let answer = Self::untagged(&to_wire(thing));
        Self { head: Head { etag, ..answer.head }, ..answer }
    }

    /// The thing as it is now, to a GET: 304 where the caller has that already.
    ///
    /// # Errors
    /// 412 for a thing that is not in the state that the caller asks for.
    pub(crate) fn found<T: Revised, W: Serialize>(
        thing: T,
        to_wire: impl FnOnce(T) -> W,
        precondition: &Precondition,
    ) -> Result<Self, ApiError> {
        let revision = thing.revision();
        if !precondition.allows(revision) {
            return Err(Error::VersionMismatch(T::KIND).into());
        }
        if precondition.excludes(revision) {
            let (status, etag) = (StatusCode::NOT_MODIFIED.as_u16(), Some(revision.to_string()));
            let head = Head { status, location: None, etag };
            return Ok(Self { head, body: String::new(), is_repeated: false });
        }
        Ok(Self::of(thing, to_wire))
    }

    /// What is no state of a thing, or is to be kept in no cache.
    pub(crate) fn untagged(body: &impl Serialize) -> Self {
        // These types are strings, numbers and maps by string, which serialization cannot refuse.
        let body = serde_json::to_string(body).unwrap_or_default();
        let head = Head { status: StatusCode::OK.as_u16(), location: None, etag: None };
        Self { head, body, is_repeated: false }
    }

    /// The same as the answer to the making of the thing: 201, and where it is from now on, by `name` in the list whose
    /// path was asked for. That is beneath whatever prefix the routes are mounted at, and names what it is beneath as the
    /// caller did.
    pub(crate) fn created(self, list: &str, name: impl fmt::Display) -> Self {
        let made = self.made();
        Self { head: Head { location: Some(format!("{list}/{name}")), ..made.head }, ..made }
    }

    /// The same as the answer to the making of something that has no path of its own: 201.
    pub(crate) fn made(self) -> Self {
        Self { head: Head { status: StatusCode::CREATED.as_u16(), ..self.head }, ..self }
    }
}

impl From<Answer> for idempotency::Answer {
    fn from(answer: Answer) -> Self {
        // Strings and a number, as above.
        let head = serde_json::to_string(&answer.head).unwrap_or_default();
        Self { head, body: answer.body.into() }
    }
}

impl TryFrom<Answered> for Answer {
    type Error = ApiError;

    fn try_from(answered: Answered) -> Result<Self, ApiError> {
        let Answered { answer, is_repeated } = answered;
        let head = serde_json::from_str(&answer.head);
        let head = head.map_err(|_| ApiError::internal("the head of an answer that was kept cannot be read"))?;
        Ok(Self { head, body: answer.body.to_string(), is_repeated })
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Head { status, location, etag } = self.head;
        // None but ours are made, or kept.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        if let Some(location) = location {
            response.insert_header((LOCATION, location));
        }
        if let Some(etag) = etag {
            response.insert_header((ETAG, format!("\"{etag}\"")));
        }
        if self.is_repeated {
            response.insert_header((REPLAYED, HeaderValue::from_static("true")));
        }
        if status == StatusCode::NOT_MODIFIED {
            return response.finish();
        }
        response.content_type(ContentType::json()).body(self.body)
    }
}
