//! A storage of one's own behind a port: organizations that a company directory keeps, read through the use cases of the
//! core, with the pages, the search and the reach that every other storage has.
//!
//! `cargo run -p tenancy-adapters --example own_storage`
//!
//! A storage that implements every port is a `tenancy_domain::Storage`, and proves itself with one line in a file of its
//! tests: `tenancy_testing::contract_suite!(fresh);`.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use tenancy_adapters::{
    memory::MemoryStorage,
    system::{MonotonicIds, SystemClock},
};
use tenancy_domain::{
    Deleted, DisplayName, Error, OrganizationId, ResourceType, Searched as _, Slug, Timestamp,
    access::Access,
    authorization::{Caller, Reach, TenantScope},
    effects::Effects,
    organizations::{
        NewOrganization, Organization, OrganizationFilter, OrganizationRef, OrganizationRepository, OrganizationService,
    },
    pagination::{Cursor, Direction, Page, PageRequest, PageSize, Positioned as _},
    ports::{Clock as _, IdSource as _},
};

/// The directory: organizations by their place in the list, the oldest first.
#[derive(Default)]
struct Directory(BTreeMap<Cursor, Organization>);

impl Directory {
    fn add(&mut self, slug: &str, name: &str, now: Timestamp, id: OrganizationId) -> Result<(), Error> {
        let slug = Slug::parse(slug).map_err(|violation| violation.of("slug"))?;
        let name = DisplayName::parse(name).map_err(|violation| violation.of("name"))?;
        let organization = Organization::create(id, NewOrganization::new(slug, name), now);
        self.0.insert(organization.position(), organization);
        Ok(())
    }

    /// Those within `scope`, which every read goes through.
    fn within(&self, scope: TenantScope) -> impl DoubleEndedIterator<Item = &Organization> {
        self.0.values().filter(move |organization| match scope.reach() {
            Reach::Everything => true,
            Reach::Organization(own) | Reach::Project { organization: own, .. } => own == organization.id,
            // The directory knows of no members.
            Reach::User(_) => false,
        })
    }
}

#[async_trait]
impl OrganizationRepository for Directory {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        _: Deleted,
    ) -> Result<Organization, Error> {
        let is_named = |organization: &&Organization| match reference {
            OrganizationRef::Id(id) => organization.id == *id,
            OrganizationRef::Slug(slug) => organization.slug == *slug,
        };
        self.within(scope).find(is_named).cloned().ok_or(Error::NotFound(ResourceType::Organization))
    }

    async fn find_renamed_organization(&self, _: TenantScope, _: &Slug) -> Result<Organization, Error> {
        Err(Error::NotFound(ResourceType::Organization))
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        filter: &OrganizationFilter,
        request: &PageRequest,
        _: Deleted,
    ) -> Result<Page<Organization>, Error> {
        let is_listed = |organization: &&Organization| {
            filter.search.as_ref().is_none_or(|search| search.finds(&organization.terms()))
                && filter.external_id.as_ref().is_none_or(|id| organization.external_id.as_ref() == Some(id))
        };
        let (position, listed) = (request.position(), || self.within(scope).filter(is_listed));
        // One more than the page holds shows that more remain.
        let wanted = usize::from(request.size.get()) + 1;
        let (found, behind) = match request.direction {
            Direction::Forward => (
                listed().rev().filter(|row| row.position() < position).take(wanted).cloned().collect(),
                listed().any(|row| row.position() >= position),
            ),
            Direction::Backward => (
                listed().filter(|row| row.position() > position).take(wanted).cloned().collect(),
                listed().any(|row| row.position() <= position),
            ),
        };
        Ok(Page::from_travel(request, found, behind))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (ids, clock) = (MonotonicIds::new(), SystemClock);
    let mut directory = Directory::default();
    for (slug, name) in
        [("acme", "Acme, Inc."), ("globex", "Globex Corporation"), ("acme-labs", "Laboratories of Acme")]
    {
        let now = clock.now();
        directory.add(slug, name, now, OrganizationId::new(ids.next(now)))?;
    }
    let directory = Arc::new(directory);

    // What the directory knows nothing of is kept in memory: projects, members, owners, and whatever is written.
    let memory = Arc::new(MemoryStorage::new());
    let access = Access::new(directory.clone(), memory.clone(), memory.clone(), memory.clone());
    let effects = Effects::new(memory, Arc::new(clock), Arc::new(ids));
    let organizations = OrganizationService::new(directory, access, effects);

    // The program itself may do everything; whoever comes with a key, what that allows.
    let grant = Caller::command_line().authorize()?;
    let size = PageSize::for_wish(2).map_err(|violation| violation.of("limit"))?;
    let mut request = PageRequest { size, ..PageRequest::default() };
    loop {
        let page = organizations.list(&grant, &OrganizationFilter::default(), &request, Deleted::Hidden).await?;
        let slugs: Vec<_> = page.items().iter().map(|organization| organization.slug.as_str()).collect();
        println!("page: {}", slugs.join(", "));
        request.cursor = page.next_cursor();
        if request.cursor.is_none() {
            break;
        }
    }
    let acme = OrganizationRef::parse("acme")?;
    let found = organizations.get(&grant, &acme, Deleted::Hidden).await?;
    println!("found: {} ({})", found.name, found.id);
    Ok(())
}
