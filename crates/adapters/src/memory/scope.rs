//! What lies within a scope: the one place that decides it, for every resource.

use tenancy_domain::{
    Deleted, OrganizationId, ProjectId,
    authorization::{Reach, TenantScope},
    members::MemberOf,
    organizations::Organization,
    owners::{Owner, OwnerState},
};

use super::{State, slugged::Name};

impl State {
    /// The state of `owner`, and of all that it is beneath.
    pub(super) fn state_of(&self, owner: Owner) -> OwnerState {
        let of_organization = |id: OrganizationId| {
            let organization = self.organizations.find(Name::Id(id.uuid()), Deleted::Hidden);
            organization.map_or(OwnerState::Deleted, Organization::state)
        };
        match owner {
            Owner::System => OwnerState::Active,
            Owner::Organization(id) => of_organization(id),
            Owner::Project { organization, project } if self.has_live_project(organization, project) => {
                of_organization(organization)
            }
            Owner::User(id) if self.users.contains(id) => OwnerState::Active,
            Owner::Project { .. } | Owner::User(_) => OwnerState::Deleted,
        }
    }

    /// Whether `owner` is live and its row lies within `scope`.
    pub(super) fn has_owner(&self, scope: TenantScope, owner: Owner) -> bool {
        let reached = match scope.reach() {
            Reach::Everything => true,
            Reach::Organization(own) => owner.organization() == Some(own),
            Reach::Project { organization, project } => {
                let own = Owner::Project { organization, project };
                (owner == own || owner == Owner::Organization(organization))
                    && self.state_of(own) != OwnerState::Deleted
            }
            Reach::User(user) => match owner.organization() {
                Some(organization) => self.members.role(MemberOf::Organization(organization), user).is_some(),
                None => owner == Owner::User(user),
            },
        };
        let state = self.state_of(owner);
        reached && state != OwnerState::Deleted && scope.reach().holds(state)
    }

    /// Whether what `owner` owns lies within `scope`: a project's scope has the row of its organization, but nothing that
    /// the organization itself owns.
    pub(super) fn has_things_of(&self, scope: TenantScope, owner: Owner) -> bool {
        let is_above = matches!((scope.reach(), owner), (Reach::Project { .. }, Owner::Organization(_)));
        !is_above && self.has_owner(scope, owner)
    }

    /// Whether the row of an organization, live or deleted, lies within `scope`: deleted ones are there for those alone
    /// who reach everything.
    pub(super) fn has_organization(&self, scope: TenantScope, id: OrganizationId) -> bool {
        scope.reach() == Reach::Everything || self.has_owner(scope, Owner::Organization(id))
    }

    /// Whether the row of a project, live or deleted, lies within `scope`: its organization must be live, and the project
    /// as well for its own scope.
    pub(super) fn has_project(&self, scope: TenantScope, organization: OrganizationId, project: ProjectId) -> bool {
        match scope.reach() {
            Reach::Project { .. } => self.has_owner(scope, Owner::Project { organization, project }),
            Reach::Everything | Reach::Organization(_) | Reach::User(_) => {
                self.has_owner(scope, Owner::Organization(organization))
            }
        }
    }

    /// Whether the members of `of` lie within `scope`: they do where its row does, as long as it is live.
    pub(super) fn has_members(&self, scope: TenantScope, of: MemberOf) -> bool {
        self.has_owner(scope, owner_of(of))
    }
}

/// What users are members of, as an owner.
pub(super) const fn owner_of(of: MemberOf) -> Owner {
    match of {
        MemberOf::Organization(organization) => Owner::Organization(organization),
        MemberOf::Project { organization, project } => Owner::Project { organization, project },
    }
}
