//! Organizations in memory.

use std::sync::Arc;

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    Error, OrganizationId, ResourceType, Slug,
    authorization::{Reach, TenantScope},
    organizations::{Deleted, Organization, OrganizationRef, OrganizationWriter},
    pagination::{Page, PageRequest, Positioned},
};

use super::{
    State,
    list::{Rows, page},
};

/// The organizations, by everything that they are looked up by. Each index holds the row itself.
#[derive(Clone, Default)]
pub(super) struct Organizations {
    by_id: HashTrieMapSync<OrganizationId, Arc<Organization>>,
    live_by_slug: HashTrieMapSync<Slug, Arc<Organization>>,
    ordered: Rows<Organization>,
    /// So that a page of live rows costs the same however many deleted ones stand between them.
    live_ordered: Rows<Organization>,
}

impl Organizations {
    /// The organization that `reference` names within `scope`.
    pub(super) fn find(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        let found = match reference {
            OrganizationRef::Id(id) => self.by_id.get(id),
            OrganizationRef::Slug(slug) => self.live_by_slug.get(slug),
        };
        found
            .filter(|organization| deleted == Deleted::Included || organization.deleted_at.is_none())
            .filter(|organization| lies_within(scope, organization))
            .map(|organization| Organization::clone(organization))
            .ok_or(Error::NotFound(ResourceType::Organization))
    }

    /// A page of the organizations within `scope`.
    pub(super) fn list(&self, scope: TenantScope, request: &PageRequest, deleted: Deleted) -> Page<Organization> {
        let rows = match deleted {
            Deleted::Hidden => &self.live_ordered,
            Deleted::Included => &self.ordered,
        };
        page(rows, request, |organization| lies_within(scope, organization))
    }

    /// Whether there is a live organization with this id.
    pub(super) fn is_live(&self, id: OrganizationId) -> bool {
        self.by_id.get(&id).is_some_and(|organization| organization.deleted_at.is_none())
    }

    fn insert(&mut self, organization: &Organization) -> Result<(), Error> {
        if self.by_id.contains_key(&organization.id) {
            return Err(Error::internal(anyhow::anyhow!("there is an organization {} already", organization.id)));
        }
        self.put(organization)
    }

    fn update(&mut self, organization: &Organization) -> Result<(), Error> {
        let former = self.by_id.get(&organization.id).ok_or(Error::NotFound(ResourceType::Organization))?;
        let former = Arc::clone(former);
        self.ordered.remove_mut(&former.position());
        if former.deleted_at.is_none() {
            self.live_by_slug.remove_mut(&former.slug);
            self.live_ordered.remove_mut(&former.position());
        }
        self.put(organization)
    }

    /// Puts a row into every index where it belongs. After a failure this state is of no more use, as the unit of work
    /// that it belongs to.
    fn put(&mut self, organization: &Organization) -> Result<(), Error> {
        let row = Arc::new(organization.clone());
        if row.deleted_at.is_none() {
            if self.live_by_slug.contains_key(&row.slug) {
                return Err(Error::AlreadyExists { resource: ResourceType::Organization, field: "slug" });
            }
            self.live_by_slug.insert_mut(row.slug.clone(), Arc::clone(&row));
            self.live_ordered.insert_mut(row.position(), Arc::clone(&row));
        }
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id, row);
        Ok(())
    }
}

fn lies_within(scope: TenantScope, organization: &Organization) -> bool {
    match scope.reach() {
        Reach::Everything => true,
        Reach::Organization(own) => organization.id == own && organization.deleted_at.is_none(),
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
        self.organizations.find(scope, reference, Deleted::Hidden)
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        self.organizations.insert(organization)
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        self.organizations.update(organization)
    }
}
