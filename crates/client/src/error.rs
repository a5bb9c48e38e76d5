//! What becomes of a call that does not succeed.

use std::{fmt, time::Duration};

use serde::{
    Deserialize,
    de::{IntoDeserializer, value::StrDeserializer},
};
pub use tenancy_api_types::errors::ErrorCode;

use crate::http::Response;

/// Why a call did not succeed.
///
/// The methods tell what there is to tell of any of them: [`code`](Self::code) and [`param`](Self::param) of a refusal,
/// [`request_id`](Self::request_id) of whatever was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service answered, and the answer is a refusal or a failure.
    #[error(transparent)]
    Service(Box<ServiceError>),
    /// No answer came, or not all of one.
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// An answer came that this client does not understand. What was asked for may have been done.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// What the program gave cannot be sent, and was not.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl Error {
    /// The status of the answer, where it is a refusal or a failure.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.service().map(ServiceError::status)
    }

    /// What the service says went wrong, as far as this version knows it.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.service().and_then(ServiceError::code)
    }

    /// The parameter, or the path of the field, that the service says is at fault.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        self.service().and_then(ServiceError::param)
    }

    /// The id of the request, by which the service's log is searched: that of the answer, or the one that was sent
    /// where none came. `None` where nothing was sent.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Service(error) => Some(&error.request_id),
            Self::Transport(error) => Some(&error.request_id),
            Self::Decode(error) => Some(&error.request_id),
            Self::Input(_) => None,
        }
    }

    /// After how long the service says to come again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.service().and_then(ServiceError::retry_after)
    }

    /// Whether there is no such thing, or none within the key's reach.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(ErrorCode::NotFound)
    }

    /// Whether the value is taken, or the state forbids it.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code() == Some(ErrorCode::Conflict)
    }

    /// Whether the thing has changed since it was read: the condition of a change did not hold.
    #[must_use]
    pub fn is_precondition_failed(&self) -> bool {
        self.code() == Some(ErrorCode::PreconditionFailed)
    }

    /// Whether the answer did not come in time. What was asked for may have been done.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.transport() == Some(TransportErrorKind::Timeout)
    }

    /// Whether there was no connection. Nothing was done.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.transport() == Some(TransportErrorKind::Connect)
    }

    /// Whether the answer is none that this client understands.
    #[must_use]
    pub const fn is_decode(&self) -> bool {
        matches!(self, Self::Decode(_))
    }

    fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn transport(&self) -> Option<TransportErrorKind> {
        match self {
            Self::Transport(error) => Some(error.kind),
            _ => None,
        }
    }
}

/// An answer that is a refusal or a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    status: u16,
    code: Option<String>,
    message: String,
    param: Option<String>,
    request_id: String,
    retry_after: Option<Duration>,
}

/// The error of an answer. Nothing in it is taken for certain: what stands between may have answered, and a newer
/// service may have codes that this version does not know.
#[derive(Deserialize)]
struct Envelope {
    error: Body,
}

#[derive(Deserialize)]
struct Body {
    code: String,
    message: String,
    #[serde(default)]
    param: Option<String>,
}

impl ServiceError {
    pub(crate) fn of(response: &Response) -> Self {
        let error = serde_json::from_slice::<Envelope>(&response.body).ok().map(|envelope| envelope.error);
        let (code, message, param) = match error {
            Some(Body { code, message, param }) => (Some(code), message, param),
            None => (None, without_envelope(response), None),
        };
        Self {
            status: response.status.as_u16(),
            code,
            message,
            param,
            request_id: response.request_id.clone(),
            retry_after: response.retry_after(),
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// What went wrong, for programs. `None` for a code that this version does not know, and where something else than
    /// the service answered: a proxy before it, say.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        let text: StrDeserializer<'_, serde::de::value::Error> = self.code.as_deref()?.into_deserializer();
        ErrorCode::deserialize(text).ok()
    }

    /// The code as it was sent, whether it is known or not.
    #[must_use]
    pub fn code_text(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What went wrong, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The parameter, or the path of the field, that is at fault.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        self.param.as_deref()
    }

    /// The id of the request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// After how long the service says to come again.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// What there is to say of an answer that says nothing itself.
fn without_envelope(response: &Response) -> String {
    if response.status.is_redirection() {
        return "the answer leads elsewhere, where it is not followed".to_owned();
    }
    response.status.canonical_reason().unwrap_or("no reason given").to_owned()
}

impl fmt::Display for ServiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code, message, param, request_id, .. } = self;
        write!(formatter, "{status} {}: {message}", code.as_deref().unwrap_or("without a code"))?;
        if let Some(param) = param {
            write!(formatter, " ({param})")?;
        }
        write!(formatter, " [request {request_id}]")
    }
}

impl std::error::Error for ServiceError {}

/// A request that got no answer, or not all of one.
#[derive(Debug, thiserror::Error)]
#[error("{kind} [request {request_id}]")]
pub struct TransportError {
    kind: TransportErrorKind,
    request_id: String,
    #[source]
    source: Option<reqwest::Error>,
}

impl TransportError {
    pub(crate) fn new(source: reqwest::Error, request_id: &str) -> Self {
        // A connection that was not made in time is both; that nothing was sent is what counts.
        let kind = if source.is_connect() {
            TransportErrorKind::Connect
        } else if source.is_timeout() {
            TransportErrorKind::Timeout
        } else {
            TransportErrorKind::Broken
        };
        // The query can hold what is nobody's business, e-mail addresses say.
        Self { kind, request_id: request_id.to_owned(), source: Some(source.without_url()) }
    }

    /// That something did not come in time, of which the HTTP client itself took no note.
    pub(crate) fn late(request_id: &str) -> Self {
        Self { kind: TransportErrorKind::Timeout, request_id: request_id.to_owned(), source: None }
    }

    /// How it went wrong.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The id that the request was sent with.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

/// How a request was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: the name is not known, nobody listens, TLS failed. The request was not sent.
    Connect,
    /// The answer did not come in time. The request may have been carried out.
    Timeout,
    /// The connection broke before all of the answer was there. The request may have been carried out.
    Broken,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "no connection to the service",
            Self::Timeout => "the service did not answer in time",
            Self::Broken => "the connection to the service broke",
        })
    }
}

/// An answer that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("the answer ({status}) is not understood: {reason} [request {request_id}]")]
pub struct DecodeError {
    status: u16,
    reason: String,
    request_id: String,
}

impl DecodeError {
    pub(crate) fn new(response: &Response, reason: impl Into<String>) -> Self {
        Self::of(response.status.as_u16(), &response.request_id, reason)
    }

    /// The same of an answer that is read as it comes.
    pub(crate) fn of(status: u16, request_id: &str, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into(), request_id: request_id.to_owned() }
    }

    /// The status of the answer, which is a success.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The id of the request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

/// Something that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {why}")]
pub struct InputError {
    what: &'static str,
    why: String,
}

impl InputError {
    pub(crate) fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into() }
    }
}
