//! What goes wrong, as HTTP: each error's code, its text for the caller, and apart from it its cause for the log.

use std::{borrow::Cow, fmt, num::NonZeroU32, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use tenancy_api_types::errors::ErrorCode;
use tenancy_domain::{Error, Slug, ports::NotReady};

/// When to come back after a 503, in seconds.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// An error on its way to the caller. The [envelope](crate::envelope) writes its body; what it carries of headers, it
/// brings along as a response of its own.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    code: ErrorCode,
    message: Cow<'static, str>,
    param: Option<Cow<'static, str>>,
    /// For the log alone.
    cause: Option<String>,
    hint: Hint,
}

/// What an error tells beside itself.
#[derive(Debug, Clone)]
enum Hint {
    Nothing,
    /// The methods that the path takes.
    Allow(HeaderValue),
    /// When to come back, in seconds.
    RetryAfter(NonZeroU32),
    /// The slug that the organization has by now which the path names by a former one.
    MovedTo(Slug),
}

impl ApiError {
    fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), param: None, cause: None, hint: Hint::Nothing }
    }

    fn with_param(self, param: impl Into<Cow<'static, str>>) -> Self {
        Self { param: Some(param.into()), ..self }
    }

    /// The request is malformed.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// The query parameter `name` is at fault; `rule` is the end of a sentence that begins with it.
    pub(crate) fn bad_parameter(name: impl Into<String>, rule: impl fmt::Display) -> Self {
        let name = name.into();
        Self::new(ErrorCode::BadRequest, format!("{name} {rule}")).with_param(name)
    }

    /// The field at `path` is at fault; `rule` is the end of a sentence that begins with it.
    pub(crate) fn bad_field(path: impl Into<String>, rule: impl fmt::Display) -> Self {
        let path = path.into();
        Self::new(ErrorCode::ValidationError, format!("{path} {rule}")).with_param(path)
    }

    /// The body is JSON, and no object.
    pub(crate) fn not_an_object() -> Self {
        Self::new(ErrorCode::ValidationError, "the body must be a JSON object")
    }

    /// No credentials were sent.
    pub(crate) fn missing_credentials() -> Self {
        Self::new(ErrorCode::MissingCredentials, "this needs an API key, sent as `Authorization: Bearer <key>`")
    }

    /// What was sent lets nobody in. Why it does not is nobody's business.
    pub(crate) fn invalid_api_key() -> Self {
        Self::new(ErrorCode::InvalidApiKey, "the API key is not valid")
    }

    /// There are too many of what `message` names; in `wait` there may be one more.
    pub(crate) fn rate_limited(message: &'static str, wait: Duration) -> Self {
        Self { hint: Hint::RetryAfter(whole_seconds(wait)), ..Self::new(ErrorCode::RateLimited, message) }
    }

    /// The path is known and takes the methods of `allow` alone.
    pub(crate) fn method_not_allowed(allow: HeaderValue) -> Self {
        Self {
            hint: Hint::Allow(allow),
            ..Self::new(ErrorCode::MethodNotAllowed, "the path does not take this method")
        }
    }

    /// The body did not arrive in time.
    pub(crate) fn request_timeout() -> Self {
        Self::new(ErrorCode::RequestTimeout, "the body did not arrive in time")
    }

    /// The body has more than `limit` bytes.
    pub(crate) fn payload_too_large(limit: usize) -> Self {
        Self::new(ErrorCode::PayloadTooLarge, format!("the body must not have more than {limit} bytes"))
    }

    /// The body is not in a form that is read here; `rule` says which is.
    pub(crate) fn unsupported_media_type(rule: &'static str) -> Self {
        Self::new(ErrorCode::UnsupportedMediaType, rule)
    }

    /// The head of the request has more than `limit` bytes.
    pub(crate) fn headers_too_large(limit: usize) -> Self {
        let message = format!("the request line and the headers must not have more than {limit} bytes");
        Self::new(ErrorCode::HeadersTooLarge, message)
    }

    /// The process is about to end.
    pub(crate) fn draining() -> Self {
        Self::new(ErrorCode::Unavailable, "the service is shutting down")
    }

    /// Something that should not happen; `cause` is for the log alone.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(ErrorCode::InternalError, "internal error") }
    }

    /// What an answer with an error's `status` says that another layer gave, because of `error` if it told.
    pub(crate) fn of_status(status: StatusCode, error: Option<&actix_web::Error>) -> Self {
        // Where the table has several codes for one status, the first is the general one; what it has not at all is
        // told by its class.
        let general = if status.is_server_error() { ErrorCode::InternalError } else { ErrorCode::BadRequest };
        let code = ErrorCode::ALL.iter().copied().find(|code| code.status() == status.as_u16()).unwrap_or(general);
        let message = match code {
            ErrorCode::NotFound => "no such path",
            ErrorCode::InternalError => "internal error",
            _ => status.canonical_reason().unwrap_or("the request was refused"),
        };
        Self { cause: error.map(ToString::to_string), ..Self::new(code, message) }
    }

    /// What went wrong, for programs.
    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    /// What went wrong, for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The parameter or field at fault.
    pub(crate) fn param(&self) -> Option<&str> {
        self.param.as_deref()
    }

    /// The slug to be put in the place of that in the path, for who only looks.
    pub(crate) const fn moved_to(&self) -> Option<&Slug> {
        match &self.hint {
            Hint::MovedTo(slug) => Some(slug),
            Hint::Nothing | Hint::Allow(_) | Hint::RetryAfter(_) => None,
        }
    }

    /// What lies behind it, for the log and never for the caller.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let code = match &error {
            Error::NotFound(_) | Error::Moved(_) => ErrorCode::NotFound,
            Error::AlreadyExists { .. } | Error::Conflict(_) => ErrorCode::Conflict,
            Error::VersionMismatch(_) => ErrorCode::PreconditionFailed,
            Error::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Error::QuotaExceeded { .. } => ErrorCode::QuotaExceeded,
            Error::Forbidden(_) => ErrorCode::Forbidden,
            Error::Invalid { .. } => ErrorCode::ValidationError,
            Error::Unavailable(_) => ErrorCode::Unavailable,
            Error::Internal(_) => ErrorCode::InternalError,
            // The domain may learn to fail in new ways: until they have a row in the table, they are our failure.
            _ => return Self::internal(message),
        };
        let cause = error.cause().map(|cause| format!("{cause:#}"));
        let (param, hint) = match error {
            Error::AlreadyExists { field, .. } => (Some(field.into()), Hint::Nothing),
            Error::Invalid { field, .. } => (Some(field), Hint::Nothing),
            Error::Moved(slug) => (None, Hint::MovedTo(slug)),
            _ => (None, Hint::Nothing),
        };
        Self { param, cause, hint, ..Self::new(code, message) }
    }
}

impl From<NotReady> for ApiError {
    fn from(reason: NotReady) -> Self {
        let cause = match &reason {
            NotReady::Unreachable(error) => error.cause().map(|cause| format!("{cause:#}")),
            _ => None,
        };
        Self { cause, ..Self::new(ErrorCode::Unavailable, reason.to_string()) }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The status and the headers; the envelope adds the body.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        match &self.hint {
            Hint::Allow(methods) => {
                response.insert_header((ALLOW, methods.clone()));
            }
            Hint::RetryAfter(seconds) => {
                response.insert_header((RETRY_AFTER, seconds.get()));
            }
            // Where it leads is for the envelope to tell, which knows who asks.
            Hint::MovedTo(_) | Hint::Nothing => {}
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        response.finish()
    }
}

/// `wait` in seconds, rounded up; at least 1, so that nobody comes back at once.
fn whole_seconds(wait: Duration) -> NonZeroU32 {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    NonZeroU32::new(u32::try_from(seconds).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use tenancy_domain::{ResourceType, Violation};

    use super::*;

    /// Each error of the domain, with the status, code and param of the contract's table.
    #[test]
    fn the_table_of_the_domains_errors() {
        let taken = Error::AlreadyExists { resource: ResourceType::Organization, field: "slug" };
        let quota = Error::QuotaExceeded { holder: ResourceType::Organization, what: "projects", limit: 1 };
        let cause = || std::io::Error::other("password=hunter2");
        for (error, status, code, param) in [
            (Error::NotFound(ResourceType::Organization), 404, ErrorCode::NotFound, None),
            (Error::Moved(Slug::parse("acme").unwrap()), 404, ErrorCode::NotFound, None),
            (taken, 409, ErrorCode::Conflict, Some("slug")),
            (Error::Conflict("no".into()), 409, ErrorCode::Conflict, None),
            (Error::VersionMismatch(ResourceType::Organization), 412, ErrorCode::PreconditionFailed, None),
            (Error::IdempotencyKeyReused, 422, ErrorCode::IdempotencyKeyReused, None),
            (quota, 409, ErrorCode::QuotaExceeded, None),
            (Error::Forbidden("no".into()), 403, ErrorCode::Forbidden, None),
            (Violation::new("is bad").of("owner.org_id"), 400, ErrorCode::ValidationError, Some("owner.org_id")),
            (Error::unavailable(cause()), 503, ErrorCode::Unavailable, None),
            (Error::internal(cause()), 500, ErrorCode::InternalError, None),
        ] {
            let error = ApiError::from(error);
            assert_eq!((error.status_code().as_u16(), error.code(), error.param()), (status, code, param));
            assert!(!error.message().contains("hunter2"));
            assert_eq!(error.cause().is_some(), status >= 500);
        }
    }

    #[test]
    fn a_status_of_another_layer_has_its_code_or_that_of_its_class() {
        for (status, code) in [
            (404, ErrorCode::NotFound),
            (413, ErrorCode::PayloadTooLarge),
            (400, ErrorCode::BadRequest),
            (418, ErrorCode::BadRequest),
            (500, ErrorCode::InternalError),
            (502, ErrorCode::InternalError),
        ] {
            assert_eq!(ApiError::of_status(StatusCode::from_u16(status).unwrap(), None).code(), code);
        }
    }

    #[test]
    fn a_refusal_carries_its_headers() {
        let header = |error: ApiError, name| error.error_response().headers().get(name).cloned();
        assert_eq!(header(ApiError::missing_credentials(), WWW_AUTHENTICATE).unwrap(), "Bearer");
        assert_eq!(header(ApiError::draining(), RETRY_AFTER).unwrap(), "1");
        assert_eq!(header(ApiError::method_not_allowed(HeaderValue::from_static("GET")), ALLOW).unwrap(), "GET");
        for (milliseconds, seconds) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2"), (59_999, "60")] {
            let error = ApiError::rate_limited("too many", Duration::from_millis(milliseconds));
            assert_eq!(header(error, RETRY_AFTER).unwrap(), seconds);
        }
    }
}
