//! The name of a thing as people read it.

use std::fmt;

use validator::{ValidateLength, ValidateNonControlCharacter};

use crate::{api_keys::ApiKeySecret, error::Violation};

/// A name for people: 1 to 255 characters after white space is trimmed from both ends, no control characters
/// (U+0000, which `PostgreSQL` cannot store, is one), and no API key that someone has pasted into it: a name is shown and
/// written in many places.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    /// The longest name, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 255;

    /// Trims white space from both ends and reads what is left.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 255 characters besides white space at its ends"));
        }
        if !text.validate_non_control_character() {
            return Err(Violation::new("must not contain control characters"));
        }
        if ApiKeySecret::is_within(text) {
            return Err(Violation::new("must not contain an API key"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it is written, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn trims_white_space_and_counts_characters_not_bytes() {
        assert_eq!(DisplayName::parse("  Acme, Inc. \u{a0}\n").unwrap().as_str(), "Acme, Inc.");
        assert!(DisplayName::parse(&"ß".repeat(255)).is_ok());
        assert!(DisplayName::parse(&"🦀".repeat(255)).is_ok());
        assert!(DisplayName::parse(&"a".repeat(256)).is_err());
    }

    #[test]
    fn refuses_empty_names_and_control_characters() {
        for text in ["", "   ", "\n", "a\0b", "a\u{7f}b", "a\u{85}b", "a\tb", "a\nb"] {
            assert!(DisplayName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn refuses_a_key() {
        let key = "tny_00000000000000000000000000000000000000000002CZclj";
        for text in [key, &format!("key {key}")] {
            assert!(DisplayName::parse(text).is_err(), "{text}");
        }
        assert!(DisplayName::parse("tny_").is_ok());
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent(text in "\\PC{0,300}") {
            if let Ok(name) = DisplayName::parse(&text) {
                prop_assert_eq!(DisplayName::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
