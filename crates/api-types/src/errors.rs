//! Errors on the wire: the envelope, the same facts as RFC 9457, and the table of codes.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use crate::fields::schema;

/// What every answer with a status of 400 or more holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorEnvelope {
    /// The error.
    pub error: ErrorBody,
}

/// An error. All five members are always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The family of the error.
    pub r#type: ErrorType,
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for people; its wording may change.
    pub message: String,
    /// The parameter, or the path of the field, that is at fault; null when there is none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub param: Option<String>,
    /// The request's id; the same as the header `X-Request-Id`.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::request_id))]
    pub request_id: String,
}

/// The same facts as in [`ErrorEnvelope`], as RFC 9457 has them: the answer to `Accept: application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: `code` says more than a link could.
    #[cfg_attr(feature = "openapi", schema(example = "about:blank"))]
    pub r#type: String,
    /// The name of the status.
    #[cfg_attr(feature = "openapi", schema(example = "Not Found"))]
    pub title: String,
    /// The status.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599, example = 404))]
    pub status: u16,
    /// What went wrong, for people; its wording may change.
    pub detail: String,
    /// The family of the error.
    pub error_type: ErrorType,
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// The parameter, or the path of the field, that is at fault; null when there is none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub param: Option<String>,
    /// The request's id; the same as the header `X-Request-Id`.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::request_id))]
    pub request_id: String,
}

/// The family of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum ErrorType {
    /// The request is at fault, or asks for what is not there.
    InvalidRequestError,
    /// The service does not know who asks.
    AuthenticationError,
    /// Who asks may not do this.
    PermissionError,
    /// Who asks does so too often.
    RateLimitError,
    /// The service is at fault; the same request may succeed later.
    ServerError,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $status:literal $type:ident,)*) => {
        /// What went wrong, for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The status of the answer.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$code => $status,)*
                }
            }

            /// The family.
            #[must_use]
            pub const fn error_type(self) -> ErrorType {
                match self {
                    $(Self::$code => ErrorType::$type,)*
                }
            }
        }
    };
}

codes! {
    /// Malformed JSON, query, cursor or direction.
    BadRequest = 400 InvalidRequestError,
    /// A field breaks its rule.
    ValidationError = 400 InvalidRequestError,
    /// No credentials were sent.
    MissingCredentials = 401 AuthenticationError,
    /// The key is malformed, unknown, expired or revoked, or its owner is deleted.
    InvalidApiKey = 401 AuthenticationError,
    /// The key's scopes, role or kind of owner do not allow this.
    Forbidden = 403 PermissionError,
    /// There is no such thing, or none within the key's reach.
    NotFound = 404 InvalidRequestError,
    /// The path is known and takes other methods, which `Allow` names.
    MethodNotAllowed = 405 InvalidRequestError,
    /// The body did not arrive in time.
    RequestTimeout = 408 InvalidRequestError,
    /// The value is taken, or the state forbids it.
    Conflict = 409 InvalidRequestError,
    /// A limit of the organization is reached.
    QuotaExceeded = 409 InvalidRequestError,
    /// The thing has changed since it was read.
    PreconditionFailed = 412 InvalidRequestError,
    /// The body is too large.
    PayloadTooLarge = 413 InvalidRequestError,
    /// The body is not in a form that the service reads.
    UnsupportedMediaType = 415 InvalidRequestError,
    /// Another request had this `Idempotency-Key`.
    IdempotencyKeyReused = 422 InvalidRequestError,
    /// Too many requests, or too many failed authentications; `Retry-After` says when to come again.
    RateLimited = 429 RateLimitError,
    /// The head of the request is too large.
    HeadersTooLarge = 431 InvalidRequestError,
    /// The service failed; the cause is in its log.
    InternalError = 500 ServerError,
    /// The service cannot answer at present.
    Unavailable = 503 ServerError,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_five_members_are_written() {
        let error = ErrorBody {
            r#type: ErrorCode::NotFound.error_type(),
            code: ErrorCode::NotFound,
            message: "no such organization".to_owned(),
            param: None,
            request_id: "r".to_owned(),
        };
        assert_eq!(
            serde_json::to_value(ErrorEnvelope { error }).unwrap(),
            json!({"error": {
                "type": "invalid_request_error", "code": "not_found", "message": "no such organization",
                "param": null, "request_id": "r",
            }})
        );
    }
}
