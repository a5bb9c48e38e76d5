//! Organizations in memory.

use async_trait::async_trait;
use tenancy_domain::{
    Deleted, Error, ResourceType, SoftDeleted,
    authorization::TenantScope,
    organizations::{Organization, OrganizationRef, OrganizationWriter},
    pagination::{Page, PageRequest},
};

use super::{State, list::page};

impl State {
    /// The organization that `reference` names within `scope`.
    pub(super) fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        self.organizations
            .find(reference, deleted)
            .filter(|organization| self.has_organization(scope, organization.id))
            .cloned()
            .ok_or(Error::NotFound(ResourceType::Organization))
    }

    /// A page of the organizations within `scope`.
    pub(super) fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Page<Organization> {
        page(self.organizations.ordered(deleted), request, |organization| {
            self.has_organization(scope, organization.id).then(|| organization.clone())
        })
    }
}

#[async_trait]
impl OrganizationWriter for State {
    async fn lock_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error> {
        // This unit of work is the only one that runs.
        self.find_organization(scope, reference, Deleted::Hidden)
    }

    async fn lock_deleted_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error> {
        let named = self.organizations.named(reference);
        Organization::restorable(named.filter(|organization| self.has_organization(scope, organization.id)).cloned())
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        self.organizations.insert(organization)
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        self.organizations.update(organization)
    }
}
