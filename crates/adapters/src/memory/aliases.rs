//! The aliases of organizations in memory.

use rpds::HashTrieMapSync;
use tenancy_domain::{
    Error, OrganizationId, ResourceType, Slug, Timestamp,
    organizations::{Organization, SlugAlias},
};

/// The aliases, by their slugs, none of which a live organization has.
#[derive(Clone, Default)]
pub(super) struct Aliases {
    by_slug: HashTrieMapSync<Slug, SlugAlias>,
}

impl Aliases {
    /// The alias that this slug is.
    pub(super) fn get(&self, slug: &Slug) -> Option<&SlugAlias> {
        self.by_slug.get(slug)
    }

    /// Ends the alias that an organization now has for its slug.
    pub(super) fn take(&mut self, organization: &Organization, now: Timestamp) -> Result<(), Error> {
        if self.get(&organization.slug).is_some_and(|alias| !alias.is_free_for(organization.id, now)) {
            return Err(TAKEN);
        }
        self.by_slug.remove_mut(&organization.slug);
        Ok(())
    }

    /// Adds one.
    pub(super) fn add(&mut self, alias: &SlugAlias) -> Result<(), Error> {
        if self.get(&alias.slug).is_some() {
            return Err(TAKEN);
        }
        self.by_slug.insert_mut(alias.slug.clone(), alias.clone());
        Ok(())
    }

    /// How many of an organization are in their cool-down.
    pub(super) fn count_reserved(&self, id: OrganizationId, now: Timestamp) -> usize {
        self.by_slug.values().filter(|alias| alias.organization == id && alias.reserved_until > now).count()
    }

    /// Ends those of an organization.
    pub(super) fn end_all_of(&mut self, id: OrganizationId) {
        let ended: Vec<Slug> =
            self.by_slug.values().filter(|alias| alias.organization == id).map(|alias| alias.slug.clone()).collect();
        for slug in ended {
            self.by_slug.remove_mut(&slug);
        }
    }
}

const TAKEN: Error = Error::AlreadyExists { resource: ResourceType::Organization, field: "slug" };
