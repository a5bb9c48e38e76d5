//! How far a caller sees.

use crate::{
    ids::{OrganizationId, ProjectId, UserId},
    owners::{Owner, OwnerState},
};

/// The tenants that a caller may reach. Storage asks for one before it shows or changes a tenant's row, and only a
/// [`Grant`](super::Grant) gives one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantScope(Reach);

/// The extent of a [`TenantScope`]; what a storage adapter filters by. An organization is *active* while it is neither
/// deleted nor suspended ([`OwnerState`]). Exhaustive on purpose: an adapter that does not heed a new extent does not
/// compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Every organization, suspended or not, and deleted ones where they are asked for.
    Everything,
    /// One organization and all beneath it, as long as it is active.
    Organization(OrganizationId),
    /// One project and all beneath it, and the row of its organization, as long as it is live and the organization active.
    Project {
        /// The organization that it belongs to.
        organization: OrganizationId,
        /// The project.
        project: ProjectId,
    },
    /// The active organizations that a user is a member of and all beneath them, and what the user owns itself.
    User(UserId),
}

impl From<Owner> for Reach {
    /// How far the keys of `owner` reach.
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::System => Self::Everything,
            Owner::Organization(id) => Self::Organization(id),
            Owner::Project { organization, project } => Self::Project { organization, project },
            Owner::User(id) => Self::User(id),
        }
    }
}

impl Reach {
    /// Whether what an owner in this state has can lie within it. To those who reach everything, what is deleted is shown
    /// only where it is asked for.
    #[must_use]
    pub const fn holds(self, state: OwnerState) -> bool {
        match self {
            Self::Everything => true,
            Self::Organization(_) | Self::Project { .. } | Self::User(_) => matches!(state, OwnerState::Active),
        }
    }
}

impl TenantScope {
    pub(super) const fn new(reach: Reach) -> Self {
        Self(reach)
    }

    /// What to filter by.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.0
    }
}
