//! Answers that give one thing: with the tag of the state that it is in, and nothing at all where the caller has that
//! already.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ContentType, ETAG, LOCATION},
    },
};
use serde::Serialize;
use tenancy_domain::{Error, Precondition, Revised, Revision};

use crate::error::ApiError;

/// A successful answer that gives one thing.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    location: Option<String>,
    revision: Option<Revision>,
    body: String,
}

impl Answer {
    /// The thing as it is now.
    pub(crate) fn of<T: Revised, W: Serialize>(thing: T, to_wire: impl FnOnce(T) -> W) -> Self {
        let revision = thing.revision();
        Self { revision: Some(revision), ..Self::untagged(&to_wire(thing)) }
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
            let (status, revision) = (StatusCode::NOT_MODIFIED, Some(revision));
            return Ok(Self { status, location: None, revision, body: String::new() });
        }
        Ok(Self::of(thing, to_wire))
    }

    /// What is no state of a thing, or is to be kept in no cache.
    pub(crate) fn untagged(body: &impl Serialize) -> Self {
        // These types are strings, numbers and maps by string, which serialization cannot refuse.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status: StatusCode::OK, location: None, revision: None, body }
    }

    /// The same as the answer to the making of the thing: 201, and where it is from now on.
    pub(crate) fn created(self, location: String) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location), ..self }
    }

    /// The same as the answer to the making of something that has no path of its own: 201.
    pub(crate) fn made(self) -> Self {
        Self { status: StatusCode::CREATED, ..self }
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if let Some(revision) = self.revision {
            response.insert_header((ETAG, format!("\"{revision}\"")));
        }
        if self.status == StatusCode::NOT_MODIFIED {
            return response.finish();
        }
        response.content_type(ContentType::json()).body(self.body)
    }
}
