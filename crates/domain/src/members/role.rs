//! What a member may do.

use crate::error::Violation;

/// The role of a member, from the least to the greatest. In an organization it decides what the user's own API keys may
/// do there; in a project it is for other services to heed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// Reads.
    #[default]
    Member,
    /// Reads, and writes all but who owns the organization, and its deletion.
    Admin,
    /// May do everything.
    Owner,
}

impl Role {
    /// Every role, from the least to the greatest.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    /// The name in the API and in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role with this name.
    ///
    /// # Errors
    /// A [`Violation`] when there is none.
    pub fn parse(name: &str) -> Result<Self, Violation> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == name)
            .ok_or_else(|| Violation::new("must be owner, admin or member"))
    }
}
