//! The key that a provider asks for.

use std::fmt;

use validator::ValidateLength;

use crate::{
    error::Violation,
    sealing::{SealedSecret, SecretText},
};

/// The key that a provider asks its callers for, in the clear: 1 to 8192 characters, no white space at its ends, and no
/// control characters but the line ends and tabs that keys in files have. Nothing is trimmed. `Debug` does not show it.
#[derive(Debug, Clone)]
pub struct ProviderApiKey(SecretText);

impl ProviderApiKey {
    /// The longest key, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 8_192;

    /// Takes over a key.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken, and nothing of the key.
    pub fn parse(secret: SecretText) -> Result<Self, Violation> {
        let text = secret.expose();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 8192 characters"));
        }
        if text.trim() != text {
            return Err(Violation::new("must not have white space at its ends"));
        }
        if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
            return Err(Violation::new("must not contain control characters but line ends and tabs"));
        }
        Ok(Self(secret))
    }

    /// The key as a secret.
    #[must_use]
    pub const fn secret(&self) -> &SecretText {
        &self.0
    }

    /// Its last four characters, by which people tell keys apart: `None` where it is shorter than
    /// [`LastFour::LEAST_LENGTH`], or where they are no visible ASCII.
    #[must_use]
    pub fn last_four(&self) -> Option<LastFour> {
        let text = self.0.expose();
        if text.chars().count() < LastFour::LEAST_LENGTH {
            return None;
        }
        // Where this is no boundary between characters, they are no ASCII.
        text.get(text.len().checked_sub(LastFour::LENGTH)?..).and_then(|ending| LastFour::parse(ending).ok())
    }
}

/// The last four characters of a key, which are no secret: eight others at least are before them.
#[derive(Clone, PartialEq, Eq)]
pub struct LastFour(String);

impl LastFour {
    /// How many characters they are.
    pub const LENGTH: usize = 4;
    /// The length of the shortest key that they are shown of. What is left of it to guess is as long as a good password.
    pub const LEAST_LENGTH: usize = 12;
    /// What they match.
    pub const PATTERN: &str = "^[!-~]{4}$";

    /// Takes over what storage kept.
    ///
    /// # Errors
    /// A [`Violation`] for anything but four characters of visible ASCII.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        if text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Violation::new("must be four visible characters of ASCII"))
        }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// The key of a provider as storage keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedApiKey {
    /// The key, sealed for its configuration.
    pub sealed: SealedSecret,
    /// Its last four characters, where it is long enough.
    pub last_four: Option<LastFour>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<ProviderApiKey, Violation> {
        ProviderApiKey::parse(SecretText::new(text.to_owned()))
    }

    #[test]
    fn is_taken_as_it_is_or_not_at_all() {
        let pem = "-----BEGIN PRIVATE KEY-----\r\n\tMIIE\n-----END PRIVATE KEY-----";
        for text in ["s", "sk-1234", "a b", pem, &"ß".repeat(8_192)] {
            assert_eq!(key(text).unwrap().secret().expose(), text);
        }
        for text in ["", " ", "hunter2\n", " hunter2", "hunter2\0", "hunter\u{1b}2", &"hunter2!".repeat(1_025)] {
            let violation = key(text).unwrap_err().to_string();
            assert!(!violation.contains("hunter2"), "{violation}");
        }
    }

    #[test]
    fn the_last_four_characters_are_shown_of_what_is_long_enough() {
        for (text, shown) in [
            ("sk-123456789", Some("6789")),
            ("sk-12345678", None),
            ("ßßßßßßßß1234", Some("1234")),
            ("12345678ßß34", None),
            ("12345678 234", None),
            ("{\n  \"a\": \"b\"\n}", None),
            ("1", None),
        ] {
            assert_eq!(key(text).unwrap().last_four().as_ref().map(LastFour::as_str), shown, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_key() {
        assert_eq!(format!("{:?}", key("hunter2").unwrap()), "ProviderApiKey(SecretText(…))");
    }
}
