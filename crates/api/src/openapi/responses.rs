//! The errors that operations answer with, each described once and referred to by every operation that can give it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use tenancy_api_types::errors::{ErrorCode, ErrorEnvelope, Problem};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder, example::ExampleBuilder},
};

/// An error as the document describes it.
struct ErrorResponse {
    name: &'static str,
    description: &'static str,
    /// An example for each code, all of one status: the code, a message, a param.
    examples: &'static [(ErrorCode, &'static str, Option<&'static str>)],
    /// A header that comes with it, and what it says.
    header: Option<(&'static str, &'static str)>,
}

const BAD_REQUEST: ErrorResponse = ErrorResponse {
    name: "BadRequest",
    description: "The request is malformed (`bad_request`), or a field breaks its rule (`validation_error`).",
    examples: &[
        (ErrorCode::BadRequest, "limit must be at least 1", Some("limit")),
        (ErrorCode::ValidationError, "slug must have 1 to 64 characters", Some("slug")),
    ],
    header: None,
};
const UNAUTHORIZED: ErrorResponse = ErrorResponse {
    name: "Unauthorized",
    description: "No key was sent, or one that is malformed, unknown, expired or revoked, or whose owner is suspended or deleted.",
    examples: &[
        (ErrorCode::MissingCredentials, "this needs an API key, sent as `Authorization: Bearer <key>`", None),
        (ErrorCode::InvalidApiKey, "the API key is not valid", None),
    ],
    header: Some(("WWW-Authenticate", "`Bearer`")),
};
const FORBIDDEN: ErrorResponse = ErrorResponse {
    name: "Forbidden",
    description: "The key's scopes, role or kind of owner do not allow this.",
    examples: &[(ErrorCode::Forbidden, "this needs the scope admin:organizations:write", None)],
    header: None,
};
const NOT_FOUND: ErrorResponse = ErrorResponse {
    name: "NotFound",
    description: "There is no such thing, or none within the key's reach.",
    examples: &[(ErrorCode::NotFound, "no such organization", None)],
    header: None,
};
const METHOD_NOT_ALLOWED: ErrorResponse = ErrorResponse {
    name: "MethodNotAllowed",
    description: "The path is known and does not take this method.",
    examples: &[(ErrorCode::MethodNotAllowed, "the path does not take this method", None)],
    header: Some(("Allow", "The methods that it takes.")),
};
const REQUEST_TIMEOUT: ErrorResponse = ErrorResponse {
    name: "RequestTimeout",
    description: "The body did not arrive in time.",
    examples: &[(ErrorCode::RequestTimeout, "the body did not arrive in time", None)],
    header: None,
};
const CONFLICT: ErrorResponse = ErrorResponse {
    name: "Conflict",
    description: "The value is taken, or the state forbids it.",
    examples: &[(ErrorCode::Conflict, "slug is taken by another organization", Some("slug"))],
    header: None,
};
const CONFLICT_OR_QUOTA_EXCEEDED: ErrorResponse = ErrorResponse {
    name: "ConflictOrQuotaExceeded",
    description: "The value is taken, or the state forbids it (`conflict`); or the organization has as many of them as \
                  it may have (`quota_exceeded`).",
    examples: &[
        (ErrorCode::Conflict, "slug is taken by another project", Some("slug")),
        (ErrorCode::QuotaExceeded, "the organization already has as many projects as it may have (1000)", None),
    ],
    header: None,
};
const PRECONDITION_FAILED: ErrorResponse = ErrorResponse {
    name: "PreconditionFailed",
    description: "The thing is not in the state that `If-Match` or `If-None-Match` asks for.",
    examples: &[(
        ErrorCode::PreconditionFailed,
        "the organization is no longer in the state that the request asks for",
        None,
    )],
    header: None,
};
const PAYLOAD_TOO_LARGE: ErrorResponse = ErrorResponse {
    name: "PayloadTooLarge",
    description: "The body is too large.",
    examples: &[(ErrorCode::PayloadTooLarge, "the body must not have more than 65536 bytes", None)],
    header: None,
};
const UNSUPPORTED_MEDIA_TYPE: ErrorResponse = ErrorResponse {
    name: "UnsupportedMediaType",
    description: "The body is not JSON in UTF-8, or is compressed.",
    examples: &[(ErrorCode::UnsupportedMediaType, "the body must be sent as application/json, in UTF-8", None)],
    header: None,
};
const IDEMPOTENCY_KEY_REUSED: ErrorResponse = ErrorResponse {
    name: "IdempotencyKeyReused",
    description: "The caller gave the `Idempotency-Key` to another request before.",
    examples: &[(ErrorCode::IdempotencyKeyReused, "this idempotency key was given to another request before", None)],
    header: None,
};
const RATE_LIMITED: ErrorResponse = ErrorResponse {
    name: "RateLimited",
    description: "The key was used too often within a second, or too many authentications from the client's address \
                  failed within a minute.",
    examples: &[(ErrorCode::RateLimited, "too many requests with this API key", None)],
    header: Some(("Retry-After", "When to try again, in seconds.")),
};
const HEADERS_TOO_LARGE: ErrorResponse = ErrorResponse {
    name: "HeadersTooLarge",
    description: "The request line and the headers are too large.",
    examples: &[(
        ErrorCode::HeadersTooLarge,
        "the request line and the headers must not have more than 32768 bytes",
        None,
    )],
    header: None,
};
const INTERNAL_ERROR: ErrorResponse = ErrorResponse {
    name: "InternalError",
    description: "The service failed; the cause is in its log, under the request's id.",
    examples: &[(ErrorCode::InternalError, "internal error", None)],
    header: None,
};
const UNAVAILABLE: ErrorResponse = ErrorResponse {
    name: "Unavailable",
    description: "The service cannot answer at present; the same request may succeed later.",
    examples: &[(ErrorCode::Unavailable, "the service is temporarily unavailable", None)],
    header: Some(("Retry-After", "When to try again, in seconds.")),
};

const ALL: [&ErrorResponse; 16] = [
    &BAD_REQUEST,
    &UNAUTHORIZED,
    &FORBIDDEN,
    &NOT_FOUND,
    &METHOD_NOT_ALLOWED,
    &REQUEST_TIMEOUT,
    &CONFLICT,
    &CONFLICT_OR_QUOTA_EXCEEDED,
    &PRECONDITION_FAILED,
    &PAYLOAD_TOO_LARGE,
    &UNSUPPORTED_MEDIA_TYPE,
    &IDEMPOTENCY_KEY_REUSED,
    &RATE_LIMITED,
    &HEADERS_TOO_LARGE,
    &INTERNAL_ERROR,
    &UNAVAILABLE,
];

macro_rules! groups {
    ($($(#[$doc:meta])* $group:ident = $($error:ident),+;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $group;

        impl IntoResponses for $group {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(&$error),+].into_iter().map(ErrorResponse::reference).collect()
            }
        }
    )*};
}

groups! {
    /// What any request can come to. A method that a path does not take is told of with each that it does, since a
    /// document has no other place for it.
    Common = METHOD_NOT_ALLOWED, HEADERS_TOO_LARGE, INTERNAL_ERROR;
    /// What any request can come to that needs a key, and so the database, but no scope.
    Authenticated = UNAUTHORIZED, METHOD_NOT_ALLOWED, RATE_LIMITED, HEADERS_TOO_LARGE, INTERNAL_ERROR, UNAVAILABLE;
    /// What any request can come to that needs a key with a scope.
    Guarded =
        UNAUTHORIZED, FORBIDDEN, METHOD_NOT_ALLOWED, RATE_LIMITED, HEADERS_TOO_LARGE, INTERNAL_ERROR, UNAVAILABLE;
    /// What a request's query can come to.
    BadQuery = BAD_REQUEST;
    /// What a request's body can come to.
    BadBody = BAD_REQUEST, REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE;
    /// The thing that the path names is not there.
    NotFound = NOT_FOUND;
    /// A value is taken, or the state forbids it.
    Conflict = CONFLICT;
    /// A value is taken, the state forbids it, or a limit of the organization is reached.
    ConflictOrQuotaExceeded = CONFLICT_OR_QUOTA_EXCEEDED;
    /// The thing is not in the state that the caller asks for. What has this takes the headers that ask; a PATCH and a
    /// DELETE have it without saying so.
    PreconditionFailed = PRECONDITION_FAILED;
    /// What the key of a request can come to. A POST that takes one has it without saying so.
    IdempotencyKeyReused = IDEMPOTENCY_KEY_REUSED;
    /// The service cannot answer.
    Unavailable = UNAVAILABLE;
}

impl ErrorResponse {
    fn status(&self) -> u16 {
        self.examples.first().map_or(500, |(code, ..)| code.status())
    }

    fn reference(&self) -> (String, RefOr<Response>) {
        (self.status().to_string(), Ref::from_response_name(self.name).into())
    }

    fn response(&self) -> Response {
        let envelope = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorEnvelope::name())));
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name())));
        let (envelope, problem) = self.examples.iter().fold((envelope, problem), |(envelope, problem), example| {
            let (in_envelope, as_problem) = written(*example);
            let name = in_envelope["error"]["code"].as_str().unwrap_or_default().to_owned();
            let example = |value| ExampleBuilder::new().value(Some(value)).build();
            (
                envelope.examples_from_iter([(name.clone(), example(in_envelope))]),
                problem.examples_from_iter([(name, example(as_problem))]),
            )
        });
        let response = ResponseBuilder::new()
            .description(self.description)
            .content("application/json", envelope.build())
            .content("application/problem+json", problem.build());
        match self.header {
            None => response.build(),
            Some((name, says)) => response.header(name, HeaderBuilder::new().description(Some(says)).build()).build(),
        }
    }
}

/// An example in both forms.
fn written((code, message, param): (ErrorCode, &str, Option<&str>)) -> (Value, Value) {
    let (error_type, status) = (code.error_type(), code.status());
    let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let request_id = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";
    (
        json!({"error": {
            "type": error_type, "code": code, "message": message, "param": param, "request_id": request_id,
        }}),
        json!({
            "type": "about:blank", "title": title, "status": status, "detail": message, "error_type": error_type,
            "code": code, "param": param, "request_id": request_id,
        }),
    )
}

const MOVED: &str = "Moved";

/// The answer to who looks at what a former slug of its organization names, by its status.
pub(super) fn moved_reference() -> (String, RefOr<Response>) {
    (StatusCode::PERMANENT_REDIRECT.as_str().to_owned(), Ref::from_response_name(MOVED).into())
}

fn moved() -> Response {
    let location = HeaderBuilder::new().description(Some("The same path and query, with the slug that it has by now."));
    ResponseBuilder::new()
        .description("The organization had this slug before, and has another one by now.")
        .header("Location", location.build())
        .build()
}

/// The errors by their names, for the document's components, and the one answer that is neither an error nor any operation's
/// own.
pub(super) fn components() -> impl Iterator<Item = (String, RefOr<Response>)> {
    let errors = ALL.into_iter().map(|error| (error.name.to_owned(), error.response().into()));
    errors.chain([(MOVED.to_owned(), moved().into())])
}
