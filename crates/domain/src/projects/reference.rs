//! How a caller names a project.

use crate::{
    error::{Error, ResourceType},
    ids::{ProjectId, parse_hyphenated},
    slug::Slug,
};

/// A project of an organization by its id or by its slug. No slug has the form of an id, so a text is never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectRef {
    /// By id.
    Id(ProjectId),
    /// By slug, which only a live project answers to.
    Slug(Slug),
}

impl ProjectRef {
    /// Reads an id or a slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a text that is neither: nothing can have that name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(id) = parse_hyphenated(text) {
            return Ok(Self::Id(ProjectId::new(id)));
        }
        Slug::parse(text).map(Self::Slug).map_err(|_| Error::NotFound(ResourceType::Project))
    }
}
