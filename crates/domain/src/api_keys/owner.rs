//! Whose key it is.

use crate::{
    error::{ResourceType, Violation},
    ids::{OrganizationId, ProjectId, UserId},
};

/// Whose key it is, and so how far it reaches. Exhaustive on purpose: what does not heed a new kind does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The installation itself: the key reaches every organization.
    System,
    /// An organization: the key reaches it and all beneath it, and works as long as it is live.
    Organization(OrganizationId),
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
        }
    }

    /// The organization that the owner is, or is beneath.
    #[must_use]
    pub const fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::System => None,
            Self::Organization(id) => Some(id),
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

/// Whom a new key is to be for, before it is known whether there is such an owner.
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
        }
    }
}
