//! What a caller may do where it reaches, beyond its scopes: by whose key it shows, and in which role.

use super::Action;
use crate::{error::Error, members::Role, owners::Owner};

/// What a caller is to the organization that a thing belongs to, once the thing is known to lie within its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It acts for the organization, or for all of them: the organization's own key, a system key, the operator.
    Whole,
    /// It acts for one project of the organization, and reaches that alone.
    Project,
    /// It acts for a user, who is a member of the organization in this role.
    Member(Role),
}

/// Where in an organization something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// To the organization's own row: what tells of it.
    Row,
    /// To the organization, and to what belongs to it and to no project.
    Organization,
    /// To a project, and to what belongs to it.
    Project,
}

/// What is done there, as far as roles tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Looking at it.
    Read,
    /// Looking at who did what with it, and from where: the audit log.
    Audit,
    /// Changing it, or seeing a secret of it.
    Write,
    /// Deciding who owns the organization, or deleting it.
    Own,
}

impl Act {
    /// What a permission's action is where nothing more is at stake.
    #[must_use]
    pub const fn of(action: Action) -> Self {
        match action {
            Action::Read | Action::Verify => Self::Read,
            Action::Write | Action::Reveal => Self::Write,
        }
    }

    /// The least role that a member of the organization needs for it.
    #[must_use]
    pub const fn least_role(self) -> Role {
        match self {
            Self::Read => Role::Member,
            // It tells of others where they are and what they use.
            Self::Audit | Self::Write => Role::Admin,
            Self::Own => Role::Owner,
        }
    }
}

impl Standing {
    /// Insists that a caller with this standing may do `act` to what `owner` owns.
    ///
    /// # Errors
    /// Those of [`Standing::require`].
    pub fn require_for(self, owner: Owner, act: Act) -> Result<(), Error> {
        match owner {
            // Who reaches what these own may do everything with it: a system key, and the user itself.
            Owner::System | Owner::User(_) => Ok(()),
            Owner::Organization(_) => self.require(Level::Organization, act),
            Owner::Project { .. } => self.require(Level::Project, act),
        }
    }

    /// Insists that a caller with this standing may do `act` at `level`.
    ///
    /// # Errors
    /// [`Error::Forbidden`], naming what would do.
    pub fn require(self, level: Level, act: Act) -> Result<(), Error> {
        let least = act.least_role();
        match self {
            Self::Whole => Ok(()),
            Self::Project if level == Level::Project || (level, act) == (Level::Row, Act::Read) => Ok(()),
            Self::Project => Err(Error::Forbidden("this is beyond a project's key".into())),
            Self::Member(role) if role >= least => Ok(()),
            Self::Member(_) => {
                Err(Error::Forbidden(format!("this takes the role {} in the organization", least.as_str()).into()))
            }
        }
    }
}
