//! Whose a dynamic provider is.

use crate::{
    error::Violation,
    ids::{OrganizationId, ProjectId, UserId},
    owners::Owner,
};

/// Whose a dynamic provider is: any [`Owner`] but the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderOwner {
    /// An organization.
    Organization(OrganizationId),
    /// A project.
    Project {
        /// The organization that it belongs to.
        organization: OrganizationId,
        /// The project.
        project: ProjectId,
    },
    /// A user.
    User(UserId),
}

impl ProviderOwner {
    /// The owner among all others.
    #[must_use]
    pub const fn owner(self) -> Owner {
        match self {
            Self::Organization(organization) => Owner::Organization(organization),
            Self::Project { organization, project } => Owner::Project { organization, project },
            Self::User(user) => Owner::User(user),
        }
    }
}

impl From<ProviderOwner> for Owner {
    fn from(owner: ProviderOwner) -> Self {
        owner.owner()
    }
}

impl TryFrom<Owner> for ProviderOwner {
    type Error = Violation;

    /// # Errors
    /// A [`Violation`] for the installation.
    fn try_from(owner: Owner) -> Result<Self, Violation> {
        match owner {
            Owner::System => Err(Violation::new("must be an organization, a project or a user")),
            Owner::Organization(organization) => Ok(Self::Organization(organization)),
            Owner::Project { organization, project } => Ok(Self::Project { organization, project }),
            Owner::User(user) => Ok(Self::User(user)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_owner_but_the_installation_owns_providers() {
        let (organization, project) = (OrganizationId::new(Uuid::from_u128(1)), ProjectId::new(Uuid::from_u128(2)));
        for owner in [
            Owner::Organization(organization),
            Owner::Project { organization, project },
            Owner::User(UserId::new(Uuid::from_u128(3))),
        ] {
            assert_eq!(Owner::from(ProviderOwner::try_from(owner).unwrap()), owner);
        }
        assert!(ProviderOwner::try_from(Owner::System).is_err());
    }
}
