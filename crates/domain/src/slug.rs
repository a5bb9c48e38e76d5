//! The name of a thing in a URL.

use std::{fmt, sync::LazyLock};

use regex::Regex;
use validator::{ValidateLength, ValidateRegex};

use crate::{error::Violation, ids::parse_hyphenated};

/// A name for URLs: 1 to 64 characters that match [`Slug::PATTERN`], and never in the form of a hyphenated UUID, so
/// that a path which takes a slug or an id is never ambiguous.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in characters (all of them ASCII).
    pub const MAX_LENGTH: usize = 64;
    /// What every slug matches: lower-case letters, digits, and single hyphens between them.
    pub const PATTERN: &str = "^[a-z0-9]+(?:-[a-z0-9]+)*$";

    /// Reads a slug; nothing is trimmed or folded.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        static PATTERN: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(Slug::PATTERN).expect("the pattern is a valid expression"));

        let text = text.into();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 64 characters"));
        }
        if !text.validate_regex(&*PATTERN) {
            return Err(Violation::new(
                "must consist of lower-case letters and digits, with single hyphens between them",
            ));
        }
        if parse_hyphenated(&text).is_some() {
            return Err(Violation::new("must not have the form of a UUID"));
        }
        Ok(Self(text))
    }

    /// The slug as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_what_the_pattern_allows() {
        for text in ["a", "0", "acme", "acme-2", "a-b-c", &"a".repeat(64)] {
            assert_eq!(Slug::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn refuses_everything_else() {
        let long = "a".repeat(65);
        for text in
            ["", "-", "-a", "a-", "a--b", "A", "a b", "a_b", "ä", "a\0", "a\n", "a/b", "..", " a", "ａ", long.as_str()]
        {
            assert!(Slug::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn refuses_the_form_of_a_uuid_of_any_version() {
        for text in ["0190163d-8694-739b-aea5-966c26f8ad91", "00000000-0000-0000-0000-000000000000"] {
            let violation = Slug::parse(text).unwrap_err();
            assert_eq!(violation.to_string(), "must not have the form of a UUID");
        }
        assert!(Slug::parse("0190163d-8694-739b-aea5-966c26f8ad9").is_ok());
    }

    proptest! {
        #[test]
        fn a_slug_is_never_read_as_an_id(text in "[a-f0-9-]{30,40}") {
            if let Ok(slug) = Slug::parse(text) {
                prop_assert!(parse_hyphenated(slug.as_str()).is_none());
            }
        }
    }
}
