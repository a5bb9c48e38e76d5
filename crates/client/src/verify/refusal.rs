//! Why a caller is not let in.

use std::time::Duration;

use tenancy_api_types::{errors::ErrorCode, verification::VerificationCode};

use crate::error::Error;

/// Why a caller is not let in. The text is for the log; callers are told less.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No key was shown.
    #[error("no key was shown")]
    Missing,
    /// The key that was shown is not valid.
    #[error("the key is not valid: {0:?}")]
    Invalid(VerificationCode),
    /// The key is valid, and has not the scope that is needed.
    #[error("the key has not the scope that is needed")]
    InsufficientScope,
    /// Whether the key is valid could not be found out: the tenancy service does not answer, or refuses this service's
    /// own key.
    #[error("the key could not be verified")]
    Unavailable(#[source] Error),
}

impl Refusal {
    pub(super) const fn of(code: VerificationCode) -> Self {
        match code {
            VerificationCode::InsufficientScope => Self::InsufficientScope,
            code => Self::Invalid(code),
        }
    }

    /// The status to answer with.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.code().status()
    }

    /// The code to answer with. Why a key is not valid is not the caller's to know.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Missing => ErrorCode::MissingCredentials,
            Self::Invalid(_) => ErrorCode::InvalidApiKey,
            Self::InsufficientScope => ErrorCode::Forbidden,
            Self::Unavailable(_) => ErrorCode::Unavailable,
        }
    }

    /// What to tell the caller.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::Missing => "no API key was sent; send one as `Authorization: Bearer <key>`",
            Self::Invalid(_) => "the API key is not valid",
            Self::InsufficientScope => "the API key does not have the scope that this takes",
            Self::Unavailable(_) => "the API key cannot be verified at present",
        }
    }

    /// After how long the caller may come again, where that may help.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable(error) => Some(error.retry_after().unwrap_or(Duration::from_secs(1))),
            _ => None,
        }
    }
}
