//! The name of a provider configuration.

use std::fmt;

use validator::{ValidateLength, ValidateNonControlCharacter};

use crate::error::Violation;

/// A name for people and for the services that look their configuration up by it, unique among those of one owner: 1 to
/// 64 characters after white space is trimmed from both ends, no control characters. Compared character by character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderName(String);

impl ProviderName {
    /// The longest name, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 64;

    /// Trims white space from both ends and reads what is left.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 64 characters besides white space at its ends"));
        }
        if !text.validate_non_control_character() {
            return Err(Violation::new("must not contain control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it is written, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<ProviderName> for String {
    fn from(name: ProviderName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_trimmed_and_bounded() {
        assert_eq!(ProviderName::parse("  Open AI \n").unwrap().as_str(), "Open AI");
        assert!(ProviderName::parse(&"ß".repeat(64)).is_ok());
        for text in ["", "  ", "a\0b", "a\tb", "a\u{85}b", &"a".repeat(65)] {
            assert!(ProviderName::parse(text).is_err(), "{text:?}");
        }
    }
}
