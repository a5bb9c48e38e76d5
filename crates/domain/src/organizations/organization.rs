//! What an organization is.

use std::collections::BTreeSet;

use crate::{
    audit_log::{Audited, Fields, Subject, fields},
    deleted::SoftDeleted,
    display_name::DisplayName,
    error::{Error, ResourceType},
    external_id::ExternalId,
    ids::OrganizationId,
    metadata::{Metadata, MetadataChanges, PairViolation},
    owners::OwnerState,
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    search::{Searched, terms_of},
    slug::Slug,
    timestamp::Timestamp,
};

/// An organization: a tenant, and the owner of all that is beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its identity; never changes.
    pub id: OrganizationId,
    /// Its name in URLs; unique among live organizations.
    pub slug: Slug,
    /// Its name for people.
    pub name: DisplayName,
    /// What it is called elsewhere; unique among live organizations.
    pub external_id: Option<ExternalId>,
    /// What others note of it.
    pub metadata: Metadata,
    /// When it was made; never changes.
    pub created_at: Timestamp,
    /// When it was last changed; never before `created_at`.
    pub updated_at: Timestamp,
    /// When it was deleted; a live organization has no such time.
    pub deleted_at: Option<Timestamp>,
    /// When it was suspended; one that is not suspended has no such time. Deletion and restoration leave it as it is.
    pub suspended_at: Option<Timestamp>,
    /// Counts its writes, from 1.
    pub version: i64,
}

/// What an organization is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganization {
    /// Its name in URLs.
    pub slug: Slug,
    /// Its name for people.
    pub name: DisplayName,
    /// What it is called elsewhere.
    pub external_id: Option<ExternalId>,
    /// What others note of it.
    pub metadata: Metadata,
}

/// What is to be changed of an organization; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationChanges {
    /// The new name for people.
    pub name: Option<DisplayName>,
    /// The new name in URLs.
    pub slug: Option<Slug>,
    /// What it is called elsewhere from now on, or `Some(None)` for nothing.
    pub external_id: Option<Option<ExternalId>>,
    /// What is to be changed of its metadata.
    pub metadata: Option<MetadataChanges>,
}

impl NewOrganization {
    /// One of this slug and name, and of nothing else.
    #[must_use]
    pub fn new(slug: Slug, name: DisplayName) -> Self {
        Self { slug, name, external_id: None, metadata: Metadata::default() }
    }
}

impl Organization {
    /// A new organization, made at `now`.
    #[must_use]
    pub fn create(id: OrganizationId, new: NewOrganization, now: Timestamp) -> Self {
        let NewOrganization { slug, name, external_id, metadata } = new;
        Self {
            id,
            slug,
            name,
            external_id,
            metadata,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            suspended_at: None,
            version: 1,
        }
    }

    /// The organization with `changes` made at `now`, or `None` where they leave everything as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `metadata` when it would have too many pairs.
    pub fn changed(&self, changes: OrganizationChanges, now: Timestamp) -> Result<Option<Self>, Error> {
        let edited = Self {
            slug: changes.slug.unwrap_or_else(|| self.slug.clone()),
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            external_id: changes.external_id.unwrap_or_else(|| self.external_id.clone()),
            metadata: match changes.metadata {
                Some(changes) => self.metadata.changed(changes).map_err(PairViolation::into_error)?,
                None => self.metadata.clone(),
            },
            ..self.clone()
        };
        Ok((edited != *self).then(|| edited.written(now)))
    }

    /// The organization as suspended at `now`, or `None` where it is suspended already.
    #[must_use]
    pub fn suspended(&self, now: Timestamp) -> Option<Self> {
        if self.suspended_at.is_some() {
            return None;
        }
        let written = self.written(now);
        Some(Self { suspended_at: Some(written.updated_at), ..written })
    }

    /// The suspended organization as running again at `now`, or `None` where it is not suspended.
    #[must_use]
    pub fn resumed(&self, now: Timestamp) -> Option<Self> {
        self.suspended_at?;
        Some(Self { suspended_at: None, ..self.written(now) })
    }

    /// Whether it is deleted, or suspended.
    #[must_use]
    pub const fn state(&self) -> OwnerState {
        OwnerState::of(self.deleted_at.is_some(), self.suspended_at.is_some())
    }

    /// The organization as deleted at `now`.
    #[must_use]
    pub fn deleted(&self, now: Timestamp) -> Self {
        let written = self.written(now);
        Self { deleted_at: Some(written.updated_at), ..written }
    }

    /// The deleted organization as live again at `now`, under the slug that it had or another one.
    #[must_use]
    pub fn restored(&self, slug: Option<Slug>, now: Timestamp) -> Self {
        Self { slug: slug.unwrap_or_else(|| self.slug.clone()), deleted_at: None, ..self.written(now) }
    }

    /// The next version of the row. The clock may have stepped back since the last one; the row's time never does.
    fn written(&self, now: Timestamp) -> Self {
        Self { updated_at: now.max(self.updated_at), version: self.version + 1, ..self.clone() }
    }
}

impl SoftDeleted for Organization {
    const RESOURCE: ResourceType = ResourceType::Organization;

    fn deleted_at(&self) -> Option<Timestamp> {
        self.deleted_at
    }
}

impl Audited for Organization {
    fn subject(&self) -> Subject {
        Subject { id: self.id.uuid(), organization: Some(self.id), project: None }
    }

    fn audited_fields(&self) -> Fields {
        let mut fields = fields([("slug", self.slug.as_str().into()), ("name", self.name.as_str().into())]);
        if let Some(id) = &self.external_id {
            fields.insert("external_id".to_owned(), id.as_str().into());
        }
        if !self.metadata.is_empty() {
            fields.insert("metadata".to_owned(), self.metadata.to_json());
        }
        if let Some(time) = self.suspended_at {
            fields.insert("suspended_at".to_owned(), time.to_string().into());
        }
        fields
    }
}

impl Searched for Organization {
    fn terms(&self) -> BTreeSet<String> {
        terms_of(&self.slug, &self.name)
    }
}

impl Revised for Organization {
    const KIND: ResourceType = ResourceType::Organization;

    fn revision(&self) -> Revision {
        Revision::new(Self::KIND, &[self.id.uuid()], &[self.version])
    }
}

impl Positioned for Organization {
    fn position(&self) -> Cursor {
        Cursor::new(self.created_at, self.id.uuid())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    fn name(text: &str) -> DisplayName {
        DisplayName::parse(text).unwrap()
    }

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    fn acme() -> Organization {
        let new = NewOrganization::new(slug("acme"), name("Acme"));
        Organization::create(OrganizationId::new(Uuid::nil()), new, at(1_000))
    }

    #[test]
    fn a_change_raises_the_version_and_the_time() {
        let renamed = Organization { name: name("Acme, Inc."), updated_at: at(2_000), version: 2, ..acme() };
        let changes = OrganizationChanges { name: Some(name("Acme, Inc.")), ..OrganizationChanges::default() };
        assert_eq!(acme().changed(changes.clone(), at(2_000)).unwrap(), Some(renamed.clone()));
        let moved = OrganizationChanges { slug: Some(slug("acme-2")), ..changes };
        assert_eq!(acme().changed(moved, at(2_000)).unwrap(), Some(Organization { slug: slug("acme-2"), ..renamed }));
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        assert_eq!(acme().changed(OrganizationChanges::default(), at(2_000)).unwrap(), None);
        let pairs = [("plan".to_owned(), None)].into();
        let same = OrganizationChanges {
            name: Some(name("Acme")),
            slug: Some(slug("acme")),
            external_id: Some(None),
            metadata: Some(MetadataChanges::Pairs(pairs)),
        };
        assert_eq!(acme().changed(same, at(2_000)).unwrap(), None);
    }

    #[test]
    fn what_others_call_and_note_of_it_is_set_and_cleared() {
        let metadata = |value: Option<&str>| {
            Some(MetadataChanges::Pairs([("plan".to_owned(), value.map(ToOwned::to_owned))].into()))
        };
        let set = OrganizationChanges {
            external_id: Some(ExternalId::parse("cus_1").ok()),
            metadata: metadata(Some("gold")),
            ..OrganizationChanges::default()
        };
        let set = acme().changed(set, at(2_000)).unwrap().unwrap();
        assert_eq!(set.audited_fields()["external_id"], "cus_1");
        assert_eq!(set.audited_fields()["metadata"]["plan"], "gold");
        let clear =
            OrganizationChanges { external_id: Some(None), metadata: metadata(None), ..OrganizationChanges::default() };
        let cleared = set.changed(clear, at(3_000)).unwrap().unwrap();
        assert_eq!(cleared, Organization { updated_at: at(3_000), version: 3, ..acme() });
    }

    #[test]
    fn a_suspended_organization_is_suspended_and_resumed_once() {
        let suspended = acme().suspended(at(2_000)).unwrap();
        let expected = Organization { suspended_at: Some(at(2_000)), updated_at: at(2_000), version: 2, ..acme() };
        assert_eq!(suspended, expected);
        assert_eq!(suspended.suspended(at(3_000)), None);
        let resumed = suspended.resumed(at(3_000)).unwrap();
        assert_eq!(resumed, Organization { updated_at: at(3_000), version: 3, ..acme() });
        assert_eq!(resumed.resumed(at(4_000)), None);
    }

    #[test]
    fn what_is_deleted_while_suspended_comes_back_suspended() {
        let suspended = acme().suspended(at(2_000)).unwrap();
        let deleted = suspended.deleted(at(3_000));
        assert_eq!((suspended.state(), deleted.state()), (OwnerState::Suspended, OwnerState::Deleted));
        assert_eq!(deleted.restored(None, at(4_000)).suspended_at, Some(at(2_000)));
    }

    #[test]
    fn a_restored_organization_is_as_it_was_but_for_its_version_and_times() {
        let restored = acme().deleted(at(2_000)).restored(None, at(3_000));
        assert_eq!(restored, Organization { updated_at: at(3_000), version: 3, ..acme() });
        let elsewhere = acme().deleted(at(2_000)).restored(Some(slug("acme-2")), at(3_000));
        assert_eq!(elsewhere.slug.as_str(), "acme-2");
    }

    #[test]
    fn times_do_not_step_back_with_the_clock() {
        let deleted = acme().deleted(at(500));
        assert_eq!((deleted.updated_at, deleted.deleted_at), (at(1_000), Some(at(1_000))));
    }
}
