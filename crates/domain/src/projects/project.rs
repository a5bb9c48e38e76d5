//! What a project is.

use std::collections::BTreeSet;

use crate::{
    audit_log::{Audited, Fields, Subject, fields},
    deleted::SoftDeleted,
    display_name::DisplayName,
    error::{Error, ResourceType},
    ids::{OrganizationId, ProjectId},
    metadata::{Metadata, MetadataChanges, PairViolation},
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    search::{Searched, terms_of},
    slug::Slug,
    timestamp::Timestamp,
};

/// A project of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its identity; never changes.
    pub id: ProjectId,
    /// The organization that it belongs to; never changes.
    pub org_id: OrganizationId,
    /// Its name in URLs; unique among the live projects of its organization.
    pub slug: Slug,
    /// Its name for people.
    pub name: DisplayName,
    /// What others note of it.
    pub metadata: Metadata,
    /// When it was made; never changes.
    pub created_at: Timestamp,
    /// When it was last changed; never before `created_at`.
    pub updated_at: Timestamp,
    /// When it was deleted; a live project has no such time. The deletion of its organization leaves it as it is.
    pub deleted_at: Option<Timestamp>,
    /// Counts its writes, from 1.
    pub version: i64,
}

/// What a project is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its name in URLs.
    pub slug: Slug,
    /// Its name for people.
    pub name: DisplayName,
    /// What others note of it.
    pub metadata: Metadata,
}

/// What is to be changed of a project; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectChanges {
    /// The new name for people.
    pub name: Option<DisplayName>,
    /// What is to be changed of its metadata.
    pub metadata: Option<MetadataChanges>,
}

impl NewProject {
    /// One of this slug and name, and of nothing else.
    #[must_use]
    pub fn new(slug: Slug, name: DisplayName) -> Self {
        Self { slug, name, metadata: Metadata::default() }
    }
}

impl Project {
    /// A new project of an organization, made at `now`.
    #[must_use]
    pub fn create(id: ProjectId, org_id: OrganizationId, new: NewProject, now: Timestamp) -> Self {
        let NewProject { slug, name, metadata } = new;
        Self { id, org_id, slug, name, metadata, created_at: now, updated_at: now, deleted_at: None, version: 1 }
    }

    /// The project with `changes` made at `now`, or `None` where they leave everything as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `metadata` when it would have too many pairs.
    pub fn changed(&self, changes: ProjectChanges, now: Timestamp) -> Result<Option<Self>, Error> {
        let edited = Self {
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            metadata: match changes.metadata {
                Some(changes) => self.metadata.changed(changes).map_err(PairViolation::into_error)?,
                None => self.metadata.clone(),
            },
            ..self.clone()
        };
        Ok((edited != *self).then(|| edited.written(now)))
    }

    /// The project as deleted at `now`.
    #[must_use]
    pub fn deleted(&self, now: Timestamp) -> Self {
        let written = self.written(now);
        Self { deleted_at: Some(written.updated_at), ..written }
    }

    /// The deleted project as live again at `now`, under the slug that it had or another one.
    #[must_use]
    pub fn restored(&self, slug: Option<Slug>, now: Timestamp) -> Self {
        Self { slug: slug.unwrap_or_else(|| self.slug.clone()), deleted_at: None, ..self.written(now) }
    }

    /// The next version of the row. The clock may have stepped back since the last one; the row's time never does.
    fn written(&self, now: Timestamp) -> Self {
        Self { updated_at: now.max(self.updated_at), version: self.version + 1, ..self.clone() }
    }
}

impl SoftDeleted for Project {
    const RESOURCE: ResourceType = ResourceType::Project;

    fn deleted_at(&self) -> Option<Timestamp> {
        self.deleted_at
    }
}

impl Audited for Project {
    fn subject(&self) -> Subject {
        Subject { id: self.id.uuid(), organization: Some(self.org_id), project: Some(self.id) }
    }

    fn audited_fields(&self) -> Fields {
        let mut fields = fields([("slug", self.slug.as_str().into()), ("name", self.name.as_str().into())]);
        if !self.metadata.is_empty() {
            fields.insert("metadata".to_owned(), self.metadata.to_json());
        }
        fields
    }
}

impl Searched for Project {
    fn terms(&self) -> BTreeSet<String> {
        terms_of(&self.slug, &self.name)
    }
}

impl Revised for Project {
    const KIND: ResourceType = ResourceType::Project;

    fn revision(&self) -> Revision {
        Revision::new(Self::KIND, &[self.id.uuid()], &[self.version])
    }
}

impl Positioned for Project {
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

    fn web() -> Project {
        let new = NewProject::new(Slug::parse("web").unwrap(), DisplayName::parse("Web").unwrap());
        Project::create(ProjectId::new(Uuid::nil()), OrganizationId::new(Uuid::nil()), new, at(1_000))
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        assert_eq!(web().changed(ProjectChanges::default(), at(2_000)).unwrap(), None);
        let same = ProjectChanges { name: Some(web().name), metadata: Some(MetadataChanges::Clear) };
        assert_eq!(web().changed(same, at(2_000)).unwrap(), None);
    }

    #[test]
    fn a_restored_project_is_as_it_was_but_for_its_version_and_times() {
        let restored = web().deleted(at(2_000)).restored(None, at(3_000));
        assert_eq!(restored, Project { updated_at: at(3_000), version: 3, ..web() });
        let elsewhere = web().deleted(at(2_000)).restored(Some(Slug::parse("site").unwrap()), at(3_000));
        assert_eq!(elsewhere.slug.as_str(), "site");
    }

    #[test]
    fn times_do_not_step_back_with_the_clock() {
        let deleted = web().deleted(at(500));
        assert_eq!((deleted.updated_at, deleted.deleted_at), (at(1_000), Some(at(1_000))));
    }
}
