//! The name of a master key.

use std::fmt;

use crate::error::Violation;

/// Names a master key, and says nothing of it: 8 bytes, written as 16 small hexadecimal digits. Who holds the key
/// derives them from it, in a way that does not lead back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MasterKeyId([u8; Self::LENGTH]);

impl MasterKeyId {
    /// The length, in bytes.
    pub const LENGTH: usize = 8;

    /// Takes over what was derived from a key.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Reads the written form, the only one there is.
    ///
    /// # Errors
    /// A [`Violation`] for anything but 16 small hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let well_formed = text.len() == 2 * Self::LENGTH && text.as_bytes().iter().all(digit);
        // Without the check above, a sign would pass for a digit.
        let number = well_formed.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        let number = number.ok_or_else(|| Violation::new("must be 16 of the characters 0-9 and a-f"))?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for MasterKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for MasterKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MasterKeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn has_one_written_form() {
        let id = MasterKeyId::new([0x0f, 0x2e, 0, 0, 0, 0, 0, 0xab]);
        assert_eq!(id.to_string(), "0f2e0000000000ab");
        for text in
            ["", "0f2e0000000000a", "0f2e0000000000abc", "0F2E0000000000AB", "+f2e0000000000ab", "0f2e00000000é"]
        {
            assert!(MasterKeyId::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_to_the_same_id(bytes: [u8; 8]) {
            let id = MasterKeyId::new(bytes);
            prop_assert_eq!(MasterKeyId::parse(&id.to_string()).unwrap(), id);
        }
    }
}
