//! Why there is no throw-away PostgreSQL.

use std::fmt;

/// Why a cluster or a database could not be had; the text is for whoever runs the tests.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No PostgreSQL server of a version that will do is installed here.
    NotInstalled {
        /// The oldest major version that will do.
        oldest: u32,
    },
    /// A step failed.
    Failed {
        /// The step, as the object of "could not": `start PostgreSQL`.
        step: &'static str,
        /// What was heard of it.
        reason: String,
    },
}

impl Error {
    pub(super) fn failed(step: &'static str, reason: impl fmt::Display) -> Self {
        Self::Failed { step, reason: reason.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled { oldest } => write!(
                formatter,
                "no PostgreSQL server of version {oldest} or newer is installed; `cargo xtask test` installs one on \
                 Debian, {} names the folder of its programs, and {}=off leaves PostgreSQL out",
                super::BINARIES_VARIABLE,
                super::SWITCH_VARIABLE,
            ),
            Self::Failed { step, reason } => write!(formatter, "could not {step}: {}", reason.trim_end()),
        }
    }
}

impl std::error::Error for Error {}
