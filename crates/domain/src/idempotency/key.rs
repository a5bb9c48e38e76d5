//! The key that a caller gives to a request.

use crate::{api_keys::ApiKeySecret, error::Violation};

/// What a caller calls a request that it may send again: 1 to 255 visible ASCII characters of its own making, and no API
/// key: it is kept as it is. Each caller has its own keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The length of the longest one, in characters.
    pub const MAX_LENGTH: usize = 255;

    /// Reads a key.
    ///
    /// # Errors
    /// A [`Violation`] when it is empty, too long, has any other character, or has an API key in it.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        if !(1..=Self::MAX_LENGTH).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Violation::new("must have 1 to 255 visible ASCII characters"));
        }
        if ApiKeySecret::is_within(&text) {
            return Err(Violation::new("must not contain an API key"));
        }
        Ok(Self(text))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const API_KEY: &str = "tny_00000000000000000000000000000000000000000002CZclj";

    #[test]
    fn has_visible_ascii_characters_alone() {
        for good in ["a", "!", "~", "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", &"k".repeat(255)] {
            assert_eq!(IdempotencyKey::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a\t", "a\n", "\u{7f}", "ä", "a\0", &"k".repeat(256), API_KEY] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad:?}");
        }
    }
}
