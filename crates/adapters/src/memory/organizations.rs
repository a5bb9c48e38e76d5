//! Organizations in memory.

use async_trait::async_trait;
use tenancy_domain::{
    Affected, Deleted, Error, OrganizationId, ResourceType, Searched as _, Slug, SoftDeleted, Timestamp,
    authorization::TenantScope,
    organizations::{Organization, OrganizationFilter, OrganizationRef, OrganizationWriter, SlugAlias},
    owners::Owner,
    pagination::{Page, PageRequest},
};

use super::{State, list::page, scope::owner_of};

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

    /// The live organization within `scope` of which `former` is an alias.
    pub(super) fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
        let alias = self.aliases.get(former).ok_or(Error::NotFound(ResourceType::Organization))?;
        self.find_organization(scope, &OrganizationRef::Id(alias.organization), Deleted::Hidden)
    }

    /// Whether `owner` is an organization, or one of its projects: a live one where `deleted` hides the others.
    fn is_beneath(&self, organization: OrganizationId, owner: Owner, deleted: Deleted) -> bool {
        owner.organization() == Some(organization)
            && owner
                .project()
                .is_none_or(|project| deleted == Deleted::Included || self.has_live_project(organization, project))
    }

    /// How much there is beneath an organization.
    fn beneath(&self, id: OrganizationId, deleted: Deleted) -> Affected {
        let is_beneath = |owner| self.is_beneath(id, owner, deleted);
        Affected {
            projects: self.projects.count(id, deleted) as u64,
            memberships: self.members.count_where(|of| is_beneath(owner_of(of))) as u64,
            api_keys: self.api_keys.count_where(is_beneath) as u64,
            providers: self.providers.count_where(is_beneath) as u64,
            ..Affected::default()
        }
    }

    /// A page of the organizations within `scope` that `filter` lets through.
    pub(super) fn list_organizations(
        &self,
        scope: TenantScope,
        filter: &OrganizationFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Page<Organization> {
        let lets_through = |organization: &Organization| {
            filter.external_id.as_ref().is_none_or(|id| organization.external_id.as_ref() == Some(id))
                && filter.search.as_ref().is_none_or(|search| search.finds(&organization.terms()))
        };
        page(self.organizations.ordered(deleted), request, |organization| {
            let is_listed = self.has_organization(scope, organization.id) && lets_through(organization);
            is_listed.then(|| organization.clone())
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

    async fn take_slug(&mut self, organization: &Organization, now: Timestamp) -> Result<(), Error> {
        self.aliases.take(organization, now)
    }

    async fn add_alias(&mut self, alias: &SlugAlias) -> Result<(), Error> {
        self.aliases.add(alias)
    }

    async fn count_reserved_aliases(&mut self, id: OrganizationId, now: Timestamp) -> Result<u64, Error> {
        Ok(self.aliases.count_reserved(id, now) as u64)
    }

    async fn end_aliases(&mut self, id: OrganizationId) -> Result<(), Error> {
        self.aliases.end_all_of(id);
        Ok(())
    }

    async fn count_beneath_organization(&mut self, id: OrganizationId, deleted: Deleted) -> Result<Affected, Error> {
        Ok(self.beneath(id, deleted))
    }

    async fn purge_organization(&mut self, id: OrganizationId) -> Result<Affected, Error> {
        let beneath = self.beneath(id, Deleted::Included);
        self.organizations.remove(id.uuid())?;
        self.aliases.end_all_of(id);
        self.members.remove_all_where(|of| of.organization() == id);
        self.remove_api_keys(|owner| owner.organization() == Some(id));
        self.providers.remove_where(|owner| owner.organization() == Some(id))?;
        self.projects.remove_all_of(id);
        Ok(beneath)
    }
}
