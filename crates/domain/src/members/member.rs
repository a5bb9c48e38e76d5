//! What a member is.

use super::Role;
use crate::{
    audit_log::{Audited, Fields, Subject, fields},
    authorization::Level,
    error::ResourceType,
    ids::{OrganizationId, ProjectId, UserId},
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    timestamp::Timestamp,
    users::User,
};

/// What users are members of. Exhaustive on purpose, as [`Owner`](crate::owners::Owner) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberOf {
    /// An organization.
    Organization(OrganizationId),
    /// A project, all members of which are members of its organization.
    Project {
        /// The organization that it belongs to.
        organization: OrganizationId,
        /// The project.
        project: ProjectId,
    },
}

impl MemberOf {
    /// The organization that it is, or is beneath.
    #[must_use]
    pub const fn organization(self) -> OrganizationId {
        match self {
            Self::Organization(organization) | Self::Project { organization, .. } => organization,
        }
    }

    /// The project that it is.
    #[must_use]
    pub const fn project(self) -> Option<ProjectId> {
        match self {
            Self::Organization(_) => None,
            Self::Project { project, .. } => Some(project),
        }
    }

    /// Where in the organization its members are.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Organization(_) => Level::Organization,
            Self::Project { .. } => Level::Project,
        }
    }

    /// What it is, in a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Organization(_) => ResourceType::Organization.noun(),
            Self::Project { .. } => ResourceType::Project.noun(),
        }
    }

    /// The membership of a user, as the audit log names it: by the user's id, in the organization and the project.
    #[must_use]
    pub const fn subject(self, user: UserId) -> Subject {
        Subject { id: user.uuid(), organization: Some(self.organization()), project: self.project() }
    }
}

/// A user as a member of an organization or a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user: User,
    /// What it is a member of.
    pub of: MemberOf,
    /// Its role.
    pub role: Role,
    /// When it became a member.
    pub joined_at: Timestamp,
    /// Counts the writes of the membership, from 1.
    pub version: i64,
}

impl Member {
    /// A user that becomes a member at `now`.
    #[must_use]
    pub const fn join(user: User, of: MemberOf, role: Role, now: Timestamp) -> Self {
        Self { user, of, role, joined_at: now, version: 1 }
    }

    /// The member in another role, or `None` where it is in that role already.
    #[must_use]
    pub fn in_role(&self, role: Role) -> Option<Self> {
        (role != self.role).then(|| Self { role, version: self.version + 1, ..self.clone() })
    }
}

impl Audited for Member {
    fn subject(&self) -> Subject {
        self.of.subject(self.user.id)
    }

    fn audited_fields(&self) -> Fields {
        membership_fields(self.role)
    }
}

/// What the audit log says of a membership.
pub(crate) fn membership_fields(role: Role) -> Fields {
    fields([("role", role.as_str().into())])
}

impl Revised for Member {
    const KIND: ResourceType = ResourceType::Membership;

    fn revision(&self) -> Revision {
        // The user's own fields are part of it. Who left and joined again is another member, counted from 1 anew.
        let of = self.of.project().map_or(self.of.organization().uuid(), ProjectId::uuid);
        let joined_at = self.joined_at.unix_milliseconds();
        Revision::new(Self::KIND, &[of, self.user.id.uuid()], &[joined_at, self.version, self.user.version])
    }
}

impl Positioned for Member {
    fn position(&self) -> Cursor {
        Cursor::new(self.joined_at, self.user.id.uuid())
    }
}
