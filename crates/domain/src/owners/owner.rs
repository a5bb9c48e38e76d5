//! Whose an API key or a provider configuration is.

use crate::{
    audit_log::{Fields, fields},
    error::{ResourceType, Violation},
    ids::{OrganizationId, ProjectId, UserId},
};

/// Whose a thing is, and so how far a key reaches. Exhaustive on purpose: what does not heed a new kind does not
/// compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The installation itself: the key reaches every organization.
    System,
    /// An organization: the key reaches it and all beneath it, and works as long as it is live and not
    /// suspended.
    Organization(OrganizationId),
    /// A project: the key reaches it and all beneath it, and works as long as it and its organization are live, and the
    /// organization is not suspended.
    Project {
        /// The organization that it belongs to.
        organization: OrganizationId,
        /// The project.
        project: ProjectId,
    },
    /// A user: the key reaches the organizations that the user is a member of, as its role there allows.
    User(UserId),
}

impl Owner {
    /// The owner's kind, as the API and storage name it.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        self.owner_type().as_str()
    }

    /// The owner's kind.
    #[must_use]
    pub const fn owner_type(self) -> OwnerType {
        match self {
            Self::System => OwnerType::System,
            Self::Organization(_) => OwnerType::Organization,
            Self::Project { .. } => OwnerType::Project,
            Self::User(_) => OwnerType::User,
        }
    }

    /// The organization that the owner is, or is beneath.
    #[must_use]
    pub const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::System | Self::User(_) => None,
            Self::Organization(organization) | Self::Project { organization, .. } => Some(organization),
        }
    }

    /// The project that the owner is.
    #[must_use]
    pub const fn project(self) -> Option<ProjectId> {
        match self {
            Self::Project { project, .. } => Some(project),
            Self::System | Self::Organization(_) | Self::User(_) => None,
        }
    }

    /// What its things are counted at, against the limits: the organization that it is or is beneath, or the user.
    #[must_use]
    pub const fn holder(self) -> Option<Holder> {
        match self {
            Self::System => None,
            Self::Organization(organization) | Self::Project { organization, .. } => {
                Some(Holder::Organization(organization))
            }
            Self::User(user) => Some(Holder::User(user)),
        }
    }

    /// The user that the owner is.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::System | Self::Organization(_) | Self::Project { .. } => None,
        }
    }

    /// The owner as the API writes it.
    #[must_use]
    pub fn audited_fields(self) -> Fields {
        let kind = ("type", self.type_name().into());
        match self {
            Self::System => fields([kind]),
            Self::Organization(id) => fields([kind, ("org_id", id.to_string().into())]),
            Self::Project { project, .. } => fields([kind, ("project_id", project.to_string().into())]),
            Self::User(id) => fields([kind, ("user_id", id.to_string().into())]),
        }
    }
}

/// What has a limit on how many things it may own, those of all beneath it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// An organization, with its projects.
    Organization(OrganizationId),
    /// A user.
    User(UserId),
}

impl Holder {
    /// What it is.
    #[must_use]
    pub const fn resource_type(self) -> ResourceType {
        match self {
            Self::Organization(_) => ResourceType::Organization,
            Self::User(_) => ResourceType::User,
        }
    }
}

/// A kind of owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnerType {
    /// The installation itself.
    System,
    /// An organization.
    Organization,
    /// A project.
    Project,
    /// A user.
    User,
}

impl OwnerType {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::System, Self::Organization, Self::Project, Self::User];

    /// The name in the API and in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
        }
    }

    /// The kind with this name.
    ///
    /// # Errors
    /// A [`Violation`] when there is none.
    pub fn parse(name: &str) -> Result<Self, Violation> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == name)
            .ok_or_else(|| Violation::new("must be system, organization, project or user"))
    }
}

/// Whom a new thing is to be for, before it is known whether there is such an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnerRef {
    /// The installation itself.
    System,
    /// An organization.
    Organization(OrganizationId),
    /// A project.
    Project(ProjectId),
    /// A user.
    User(UserId),
}

impl OwnerRef {
    /// What it refers to, for the answer that there is none.
    #[must_use]
    pub const fn resource_type(&self) -> ResourceType {
        match self {
            Self::System | Self::Organization(_) => ResourceType::Organization,
            Self::Project(_) => ResourceType::Project,
            Self::User(_) => ResourceType::User,
        }
    }
}

impl From<Owner> for OwnerRef {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::System => Self::System,
            Owner::Organization(id) => Self::Organization(id),
            Owner::Project { project, .. } => Self::Project(project),
            Owner::User(id) => Self::User(id),
        }
    }
}
