//! What another service is told of a key that its caller showed.

use super::{ApiKey, Rejection};
use crate::ids::ApiKeyId;

/// What a verification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The key is valid, and has the scope that was asked for.
    Valid(Box<ApiKey>),
    /// It is not; nothing of it is told but the reason and, where it is known, its id.
    Invalid {
        /// The reason.
        code: VerdictCode,
        /// The id of a known key.
        key_id: Option<ApiKeyId>,
    },
}

/// A verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerdictCode {
    /// Valid.
    Valid,
    /// Not a key at all, or one with a wrong checksum.
    Malformed,
    /// No such key within the caller's reach.
    Unknown,
    /// Revoked.
    Revoked,
    /// Its time has run out.
    Expired,
    /// The organization that it belongs to, or is beneath, is suspended.
    OwnerSuspended,
    /// Whom it belongs to was deleted.
    OwnerDeleted,
    /// Valid, but without the scope that was asked for.
    InsufficientScope,
}

impl Verdict {
    /// The verdict in one word.
    #[must_use]
    pub const fn code(&self) -> VerdictCode {
        match self {
            Self::Valid(_) => VerdictCode::Valid,
            Self::Invalid { code, .. } => *code,
        }
    }
}

impl VerdictCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::Valid,
        Self::Malformed,
        Self::Unknown,
        Self::Revoked,
        Self::Expired,
        Self::OwnerSuspended,
        Self::OwnerDeleted,
        Self::InsufficientScope,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::OwnerSuspended => "owner_suspended",
            Self::OwnerDeleted => "owner_deleted",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

impl From<Rejection> for VerdictCode {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Malformed => Self::Malformed,
            Rejection::Unknown => Self::Unknown,
            Rejection::Revoked => Self::Revoked,
            Rejection::Expired => Self::Expired,
            Rejection::OwnerSuspended => Self::OwnerSuspended,
            Rejection::OwnerDeleted => Self::OwnerDeleted,
        }
    }
}
