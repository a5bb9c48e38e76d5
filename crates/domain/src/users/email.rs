//! The e-mail address of a user.

use std::fmt;

use validator::ValidateEmail;

use crate::{api_keys::ApiKeySecret, error::Violation};

/// An e-mail address in the form that HTML's `<input type="email">` takes, up to 254 characters (RFC 5321, section
/// 4.5.3.1.3). It is kept as it was written. Two that differ in case alone are
/// equal in [`Email::folded`] and cannot be of two users.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The longest address, in characters.
    pub const MAX_LENGTH: usize = 254;

    /// Reads an address.
    ///
    /// # Errors
    /// A [`Violation`] when it has not the form of one.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        if text.chars().count() > Self::MAX_LENGTH || !text.validate_email() {
            return Err(Violation::new("must be an e-mail address of at most 254 characters"));
        }
        if ApiKeySecret::is_within(&text) {
            return Err(Violation::new("must not contain an API key"));
        }
        Ok(Self(text))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two addresses that are the same have in common: the address in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_keeps_them_as_written() {
        for text in ["ada@example.com", "Ada.Lovelace+x@Example.COM", "a@localhost"] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(Email::parse("Ada@Example.COM").unwrap().folded(), "ada@example.com");
    }

    #[test]
    fn refuses_what_is_none() {
        let long = format!("a@{}example.com", "a.".repeat(130));
        let key = "tny_00000000000000000000000000000000000000000002CZclj@example.com";
        for text in
            ["", "ada", "@example.com", "ada@", "a b@example.com", "ada@example.com\0", "a@b@c", long.as_str(), key]
        {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}
