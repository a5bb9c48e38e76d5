//! What can go wrong in the core, with nothing of any transport or storage in it.

use std::{borrow::Cow, fmt};

use crate::slug::Slug;

/// The rule that a value breaks, as the end of a sentence that begins with the field's name: "must have 1 to 64
/// characters". It never repeats the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation(Cow<'static, str>);

impl Violation {
    /// States the rule; see the type for its form.
    #[must_use]
    pub fn new(rule: impl Into<Cow<'static, str>>) -> Self {
        Self(rule.into())
    }

    /// The violation as an error of the field at `path` (`name`, `owner.org_id`, `scopes[2]`).
    #[must_use]
    pub fn of(self, path: impl Into<Cow<'static, str>>) -> Error {
        Error::Invalid { field: path.into(), violation: self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

/// A kind of thing that the service keeps; the audit log's `resource_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResourceType {
    /// An organization, the top level of tenancy.
    Organization,
    /// A project.
    Project,
    /// A user.
    User,
    /// A user's membership of an organization or a project.
    Membership,
    /// An API key.
    ApiKey,
    /// A dynamic provider.
    DynamicProvider,
    /// An entry of the audit log.
    AuditLog,
}

impl ResourceType {
    /// The name in the audit log: `organization`, `api_key`, …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
            Self::Membership => "membership",
            Self::ApiKey => "api_key",
            Self::DynamicProvider => "dynamic_provider",
            Self::AuditLog => "audit_log",
        }
    }

    /// The name in a sentence: `organization`, `API key`, …
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
            Self::Membership => "member",
            Self::ApiKey => "API key",
            Self::DynamicProvider => "dynamic provider",
            Self::AuditLog => "audit log entry",
        }
    }
}

/// The one error of the core.
///
/// Its `Display` is the text for the caller. What only the log may see is the cause of [`Error::Unavailable`] and
/// [`Error::Internal`]: it is in neither `Display` nor `source`, and is asked for by name ([`Error::cause`]).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such thing, or none within the caller's reach; the two are not told apart.
    #[error("no such {}", .0.noun())]
    NotFound(ResourceType),
    /// The organization that was named by a slug that it had before has this one now. Whoever cannot look there takes it
    /// for [`Error::NotFound`], as its text does.
    #[error("no such {}", ResourceType::Organization.noun())]
    Moved(Slug),
    /// A live thing has this value already, and it must be unique.
    #[error("{field} is taken by another {}", resource.noun())]
    AlreadyExists {
        /// What there would be two of.
        resource: ResourceType,
        /// The field that must be unique.
        field: &'static str,
    },
    /// The state of the thing forbids the operation.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// The thing is not in the state that the caller asks for: it has changed since the caller read it.
    #[error("the {} is no longer in the state that the request asks for", .0.noun())]
    VersionMismatch(ResourceType),
    /// The caller has given the key of this request to another one before.
    #[error("this idempotency key was given to another request before")]
    IdempotencyKeyReused,
    /// A limit of an organization, or of a user, is reached.
    #[error("the {} already has as many {what} as it may have ({limit})", holder.noun())]
    QuotaExceeded {
        /// What the limit is of.
        holder: ResourceType,
        /// The plural of what is limited.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The caller's scopes, role or kind of owner do not allow this.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// A value breaks its rule.
    #[error("{field} {violation}")]
    Invalid {
        /// The path of the field in the request: `name`, `owner.org_id`.
        field: Cow<'static, str>,
        /// The rule.
        violation: Violation,
    },
    /// Storage cannot answer at present; the same call may succeed later.
    #[error("the service is temporarily unavailable")]
    Unavailable(Cause),
    /// Something that should not happen; the cause is for the log alone.
    #[error("internal error")]
    Internal(Cause),
}

/// What lies behind an [`Error`], for the log and never for the caller.
pub struct Cause(anyhow::Error);

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cause({:#})", self.0)
    }
}

impl Error {
    /// Wraps a failure that the caller can do nothing about.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(Cause(cause.into()))
    }

    /// Wraps a failure that is expected to pass: no connection, a time-out.
    pub fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        Self::Unavailable(Cause(cause.into()))
    }

    /// The cause of an [`Error::Unavailable`] or [`Error::Internal`], for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&anyhow::Error> {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => Some(&cause.0),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_not_in_what_the_caller_reads() {
        let error = Error::internal(anyhow::anyhow!("password=hunter2"));
        assert_eq!(error.to_string(), "internal error");
        assert!(std::error::Error::source(&error).is_none());
        assert_eq!(error.cause().unwrap().to_string(), "password=hunter2");
    }
}
