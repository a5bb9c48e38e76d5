//! How a caller names an organization.

use crate::{
    error::{Error, ResourceType},
    ids::{OrganizationId, parse_hyphenated},
    slug::Slug,
};

/// An organization by its id or by its slug. No slug has the form of an id, so a text is never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationRef {
    /// By id.
    Id(OrganizationId),
    /// By slug, which only a live organization answers to.
    Slug(Slug),
}

impl OrganizationRef {
    /// Reads an id or a slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a text that is neither: nothing can have that name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(id) = parse_hyphenated(text) {
            return Ok(Self::Id(OrganizationId::new(id)));
        }
        Slug::parse(text).map(Self::Slug).map_err(|_| Error::NotFound(ResourceType::Organization))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_id_or_a_slug_or_names_nothing() {
        assert!(matches!(OrganizationRef::parse("0190163d-8694-739b-aea5-966c26f8ad91"), Ok(OrganizationRef::Id(_))));
        assert!(matches!(OrganizationRef::parse("acme"), Ok(OrganizationRef::Slug(_))));
        for text in ["", "Acme", "a/b", "..", "a\0", "0190163D8694739BAEA5966C26F8AD91"] {
            assert!(matches!(OrganizationRef::parse(text), Err(Error::NotFound(_))), "{text:?}");
        }
    }
}
