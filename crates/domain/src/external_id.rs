//! What a user is called elsewhere.

use std::fmt;

use validator::{ValidateLength, ValidateNonControlCharacter};

use crate::{api_keys::ApiKeySecret, error::Violation};

/// The id of a thing in the system that knows it first (an identity provider's `sub` of a user, a billing system's customer of
/// an organization): 1 to 255 characters, no control characters, no white space at its ends, and no API key. Compared byte by byte.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ExternalId(String);

impl ExternalId {
    /// The longest id, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 255;

    /// Reads an id, of which nothing is trimmed: it must be the one that the other system has.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 255 characters"));
        }
        if !text.validate_non_control_character() || text.trim() != text {
            return Err(Violation::new("must not contain control characters, nor white space at its ends"));
        }
        if ApiKeySecret::is_within(&text) {
            return Err(Violation::new("must not contain an API key"));
        }
        Ok(Self(text))
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<ExternalId> for String {
    fn from(id: ExternalId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "tny_00000000000000000000000000000000000000000002CZclj";

    #[test]
    fn is_taken_as_it_is_or_not_at_all() {
        for text in ["auth0|5f7c8ec7c33c6c004bbafe82", "42", "Ä b", &"ß".repeat(255)] {
            assert_eq!(ExternalId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " a", "a\n", "a\0b", &"a".repeat(256), KEY] {
            assert!(ExternalId::parse(text).is_err(), "{text:?}");
        }
    }
}
