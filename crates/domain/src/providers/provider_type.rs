//! What kind of provider it is.

use std::{fmt, sync::LazyLock};

use regex::Regex;
use validator::ValidateRegex;

use crate::error::Violation;

/// The kind of a provider, in the words of whoever uses it: `openai`, say. What matches [`ProviderType::PATTERN`]; it
/// means nothing here.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProviderType(String);

impl ProviderType {
    /// What every kind matches.
    pub const PATTERN: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";

    /// Reads a kind; nothing is trimmed or folded.
    ///
    /// # Errors
    /// A [`Violation`] when it breaks its form.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        static PATTERN: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(ProviderType::PATTERN).expect("the pattern is a valid expression"));

        let text = text.into();
        if !text.validate_regex(&*PATTERN) {
            return Err(Violation::new(
                "must have 1 to 64 characters of a-z, 0-9, _ and -, of which the first is a letter or a digit",
            ));
        }
        Ok(Self(text))
    }

    /// The kind as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<ProviderType> for String {
    fn from(kind: ProviderType) -> Self {
        kind.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_identifier() {
        for text in ["openai", "a", "0", "azure-openai_v2", &"a".repeat(64)] {
            assert_eq!(ProviderType::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "OpenAI", "_a", "-a", "a b", "a.b", "a\n", "ä", &"a".repeat(65)] {
            assert!(ProviderType::parse(text).is_err(), "{text:?}");
        }
    }
}
