//! Tables of what is deleted softly and has a slug, which no two live rows share.

use std::sync::Arc;

use rpds::{HashTrieMapSync, HashTrieSetSync};
use tenancy_domain::{
    Deleted, Error, ExternalId, Slug, SoftDeleted,
    organizations::{Organization, OrganizationRef},
    pagination::Positioned,
    projects::{Project, ProjectRef},
};
use uuid::Uuid;

use super::list::Rows;

/// A row of such a table.
pub(super) trait Slugged: SoftDeleted + Positioned + Clone {
    /// What it is found by, and never changes.
    fn id(&self) -> Uuid;

    /// What it is found by as long as it is live.
    fn slug(&self) -> &Slug;

    /// What no other live row is called elsewhere, if it is called anything.
    fn external_id(&self) -> Option<&ExternalId> {
        None
    }
}

impl Slugged for Organization {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn slug(&self) -> &Slug {
        &self.slug
    }

    fn external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

impl Slugged for Project {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn slug(&self) -> &Slug {
        &self.slug
    }
}

/// What a row is named by.
#[derive(Clone, Copy)]
pub(super) enum Name<'n> {
    Id(Uuid),
    Slug(&'n Slug),
}

impl<'n> From<&'n OrganizationRef> for Name<'n> {
    fn from(reference: &'n OrganizationRef) -> Self {
        match reference {
            OrganizationRef::Id(id) => Self::Id(id.uuid()),
            OrganizationRef::Slug(slug) => Self::Slug(slug),
        }
    }
}

impl<'n> From<&'n ProjectRef> for Name<'n> {
    fn from(reference: &'n ProjectRef) -> Self {
        match reference {
            ProjectRef::Id(id) => Self::Id(id.uuid()),
            ProjectRef::Slug(slug) => Self::Slug(slug),
        }
    }
}

/// The rows, by everything that they are looked up by. Each index holds the row itself.
#[derive(Clone)]
pub(super) struct SluggedRows<T> {
    by_id: HashTrieMapSync<Uuid, Arc<T>>,
    live_by_slug: HashTrieMapSync<Slug, Arc<T>>,
    live_external_ids: HashTrieSetSync<ExternalId>,
    ordered: Rows<T>,
    /// So that a page of live rows costs the same however many deleted ones stand between them.
    live_ordered: Rows<T>,
}

impl<T> Default for SluggedRows<T> {
    fn default() -> Self {
        Self {
            by_id: HashTrieMapSync::default(),
            live_by_slug: HashTrieMapSync::default(),
            live_external_ids: HashTrieSetSync::default(),
            ordered: Rows::default(),
            live_ordered: Rows::default(),
        }
    }
}

impl<T: Slugged> SluggedRows<T> {
    /// The row of this name; a slug names live rows alone.
    pub(super) fn find<'n>(&self, name: impl Into<Name<'n>>, deleted: Deleted) -> Option<&T> {
        let row = match name.into() {
            Name::Id(id) => self.by_id.get(&id),
            Name::Slug(slug) => self.live_by_slug.get(slug),
        };
        row.map(|row| &**row).filter(|row| deleted == Deleted::Included || row.deleted_at().is_none())
    }

    /// All rows, live and deleted, that have this id or slug.
    pub(super) fn named<'n>(&self, name: impl Into<Name<'n>>) -> impl Iterator<Item = &T> {
        let name = name.into();
        self.ordered.values().map(|row| &**row).filter(move |row| match name {
            Name::Id(id) => row.id() == id,
            Name::Slug(slug) => row.slug() == slug,
        })
    }

    /// The rows in the order of their list.
    pub(super) fn ordered(&self, deleted: Deleted) -> &Rows<T> {
        match deleted {
            Deleted::Hidden => &self.live_ordered,
            Deleted::Included => &self.ordered,
        }
    }

    /// Whether there is a live row with this id.
    pub(super) fn is_live(&self, id: Uuid) -> bool {
        self.find(Name::Id(id), Deleted::Hidden).is_some()
    }

    /// Takes a row out of every index.
    pub(super) fn remove(&mut self, id: Uuid) -> Result<(), Error> {
        let row = Arc::clone(self.by_id.get(&id).ok_or(Error::NotFound(T::RESOURCE))?);
        self.by_id.remove_mut(&id);
        self.take_out(&row);
        Ok(())
    }

    /// Adds a row.
    pub(super) fn insert(&mut self, row: &T) -> Result<(), Error> {
        if self.by_id.contains_key(&row.id()) {
            return Err(Error::internal(anyhow::anyhow!("there is a {} {} already", T::RESOURCE.noun(), row.id())));
        }
        self.put(row)
    }

    /// Writes a row in the place of the one with its id.
    pub(super) fn update(&mut self, row: &T) -> Result<(), Error> {
        let former = Arc::clone(self.by_id.get(&row.id()).ok_or(Error::NotFound(T::RESOURCE))?);
        self.take_out(&former);
        self.put(row)
    }

    /// Takes a row out of every index but that by ids.
    fn take_out(&mut self, row: &T) {
        self.ordered.remove_mut(&row.position());
        if row.deleted_at().is_none() {
            self.live_by_slug.remove_mut(row.slug());
            self.live_ordered.remove_mut(&row.position());
            if let Some(id) = row.external_id() {
                self.live_external_ids.remove_mut(id);
            }
        }
    }

    /// Puts a row into every index where it belongs. After a failure this state is of no more use, as the unit of work
    /// that it belongs to.
    fn put(&mut self, row: &T) -> Result<(), Error> {
        let row = Arc::new(row.clone());
        if row.deleted_at().is_none() {
            if self.live_by_slug.contains_key(row.slug()) {
                return Err(Error::AlreadyExists { resource: T::RESOURCE, field: "slug" });
            }
            if let Some(id) = row.external_id() {
                if self.live_external_ids.contains(id) {
                    return Err(Error::AlreadyExists { resource: T::RESOURCE, field: "external_id" });
                }
                self.live_external_ids.insert_mut(id.clone());
            }
            self.live_by_slug.insert_mut(row.slug().clone(), Arc::clone(&row));
            self.live_ordered.insert_mut(row.position(), Arc::clone(&row));
        }
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id(), row);
        Ok(())
    }
}
