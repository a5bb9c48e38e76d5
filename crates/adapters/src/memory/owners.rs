//! Owners in memory.

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    authorization::TenantScope,
    owners::{Owner, OwnerRef, OwnerWriter},
};

use super::State;

impl State {
    /// The live owner that `reference` names within `scope`.
    pub(super) fn find_owner(&self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
        let owner = match *reference {
            OwnerRef::System => Some(Owner::System),
            OwnerRef::Organization(id) => Some(Owner::Organization(id)),
            OwnerRef::Project(project) => {
                self.projects.organization_of(project).map(|organization| Owner::Project { organization, project })
            }
            OwnerRef::User(id) => Some(Owner::User(id)),
        };
        owner.filter(|owner| self.has_owner(scope, *owner)).ok_or(Error::NotFound(reference.resource_type()))
    }
}

#[async_trait]
impl OwnerWriter for State {
    async fn lock_owner(&mut self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
        // This unit of work is the only one that runs.
        self.find_owner(scope, reference)
    }
}
