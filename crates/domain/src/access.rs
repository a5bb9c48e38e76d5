//! Whether a caller may do what it asks to something that it names.
//!
//! A [`Grant`] says what a caller's scopes allow. Here the rest is asked, in the order in which the API tells of it:
//! whether the thing is there and within reach (else it is not found), and then whether the kind of key and the user's
//! role allow the act (else it is forbidden).

use std::sync::Arc;

use crate::{
    authorization::{Act, Grant, Level, Permission, Reach, Standing},
    deleted::Deleted,
    error::{Error, ResourceType},
    ids::OrganizationId,
    members::MemberRepository,
    organizations::{Organization, OrganizationRef, OrganizationRepository},
    owners::{Owner, OwnerRef, OwnerRepository},
    projects::{Project, ProjectRef, ProjectRepository},
};

/// Answers for every resource alike what a caller may do where.
#[derive(Clone)]
pub struct Access {
    organizations: Arc<dyn OrganizationRepository>,
    projects: Arc<dyn ProjectRepository>,
    members: Arc<dyn MemberRepository>,
    owners: Arc<dyn OwnerRepository>,
}

impl Access {
    /// Puts the questions on top of the ports that answer them.
    #[must_use]
    pub fn new(
        organizations: Arc<dyn OrganizationRepository>,
        projects: Arc<dyn ProjectRepository>,
        members: Arc<dyn MemberRepository>,
        owners: Arc<dyn OwnerRepository>,
    ) -> Self {
        Self { organizations, projects, members, owners }
    }

    /// The live organization that `reference` names, in which the caller may do `act` at `level`.
    ///
    /// A transport asks this, or [`Access::project`], before it tells of a mistake in a request: who may not know of the
    /// organization is to learn nothing from the mistake.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach; [`Error::Moved`] when one does that
    /// had the slug before, for reading alone; [`Error::Forbidden`] when its kind of key, or its role, does not allow the act.
    pub async fn organization<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &OrganizationRef,
        level: Level,
        act: Act,
    ) -> Result<Organization, Error> {
        let organization = self.resolve(grant, reference, act).await?;
        self.require(grant, organization.id, level, act).await?;
        Ok(organization)
    }

    /// The live organization that `reference` names.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach; [`Error::Moved`] when one does that
    /// had the slug before, for reading alone: what is written goes to nothing but what it names.
    async fn resolve<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &OrganizationRef,
        act: Act,
    ) -> Result<Organization, Error> {
        match act {
            Act::Read | Act::Audit => self.find(grant, reference, Deleted::Hidden).await,
            Act::Write | Act::Own => {
                self.organizations.find_organization(grant.tenant_scope(), reference, Deleted::Hidden).await
            }
        }
    }

    /// The organization that `reference` names, for reading.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization lies within the caller's reach; [`Error::Moved`] when one does that
    /// had the slug before.
    pub(crate) async fn find<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        let scope = grant.tenant_scope();
        match (self.organizations.find_organization(scope, reference, deleted).await, reference) {
            // Only here, so that it costs who names an organization by its slug nothing.
            (Err(Error::NotFound(_)), OrganizationRef::Slug(former)) => {
                let renamed = self.organizations.find_renamed_organization(scope, former).await?;
                Err(Error::Moved(renamed.slug))
            }
            (found, _) => found,
        }
    }

    /// The live project that `reference` names in the organization that `organization` names, with which the caller may
    /// do `act`.
    ///
    /// # Errors
    /// As for [`Access::organization`], and [`Error::NotFound`] when no such project lies within the caller's reach;
    /// [`Error::Forbidden`] when its role does not allow the act.
    pub async fn project<P: Permission>(
        &self,
        grant: &Grant<P>,
        organization: &OrganizationRef,
        reference: &ProjectRef,
        act: Act,
    ) -> Result<Project, Error> {
        let scope = grant.tenant_scope();
        let organization = self.resolve(grant, organization, act).await?;
        let project = self.projects.find_project(scope, organization.id, reference, Deleted::Hidden).await?;
        self.require(grant, organization.id, Level::Project, act).await?;
        Ok(project)
    }

    /// Insists that the caller, who reaches something of `organization`, may do `act` at `level` there.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when its kind of key, or its role, does not allow the act; those of [`Access::standing`].
    pub async fn require<P: Permission>(
        &self,
        grant: &Grant<P>,
        organization: OrganizationId,
        level: Level,
        act: Act,
    ) -> Result<(), Error> {
        self.standing(grant, organization).await?.require(level, act)
    }

    /// What the caller, who reaches something of `organization`, is to it. Storage is asked for callers alone whose role
    /// decides.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller acts for a user who is no member of the organization any more.
    pub async fn standing<P: Permission>(
        &self,
        grant: &Grant<P>,
        organization: OrganizationId,
    ) -> Result<Standing, Error> {
        match grant.tenant_scope().reach() {
            Reach::Everything | Reach::Organization(_) => Ok(Standing::Whole),
            Reach::Project { .. } => Ok(Standing::Project),
            Reach::User(user) => {
                let role = self.members.find_role(user, organization).await?;
                role.map(Standing::Member).ok_or(Error::NotFound(ResourceType::Organization))
            }
        }
    }

    /// The live owner that `reference` names, and what the caller is to what it owns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such owner lies within the caller's reach.
    pub async fn owner<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &OwnerRef,
    ) -> Result<(Owner, Standing), Error> {
        let owner = self.owners.find_owner(grant.tenant_scope(), reference).await?;
        Ok((owner, self.standing_for(grant, owner).await?))
    }

    /// What the caller, who reaches something that `owner` owns, is to it.
    ///
    /// # Errors
    /// Those of [`Access::standing`].
    pub async fn standing_for<P: Permission>(&self, grant: &Grant<P>, owner: Owner) -> Result<Standing, Error> {
        match owner.organization() {
            Some(organization) => self.standing(grant, organization).await,
            None => Ok(Standing::Whole),
        }
    }

    /// Whether what `owner` owns lies within the caller's reach, live or not.
    ///
    /// # Errors
    /// None of its own.
    pub async fn reaches<P: Permission>(&self, grant: &Grant<P>, owner: Owner) -> Result<bool, Error> {
        match grant.tenant_scope().reach() {
            Reach::Everything => Ok(true),
            Reach::Organization(own) => Ok(owner.organization() == Some(own)),
            Reach::Project { project, .. } => Ok(owner.project() == Some(project)),
            Reach::User(user) => match owner.organization() {
                Some(organization) => Ok(self.members.find_role(user, organization).await?.is_some()),
                None => Ok(owner == Owner::User(user)),
            },
        }
    }
}
