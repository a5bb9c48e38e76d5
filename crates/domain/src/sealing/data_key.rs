//! The key of one secret.

use std::fmt;

use zeroize::Zeroizing;

use crate::{error::Error, ports::SecretSource};

/// The key that one secret is encrypted under. It is wiped from memory when the value is dropped, and `Debug` does not
/// show it.
pub struct DataKey(Zeroizing<[u8; Self::LENGTH]>);

impl DataKey {
    /// The length of a key, in bytes.
    pub const LENGTH: usize = 32;

    /// Makes a key that nobody can guess.
    ///
    /// # Errors
    /// Those of `source`.
    pub fn generate(source: &dyn SecretSource) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        source.fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// A key that everyone knows, and that nothing is encrypted under: for check values.
    pub(super) fn unused() -> Self {
        Self(Zeroizing::new([0; Self::LENGTH]))
    }

    /// Takes over a key that was unwrapped; `None` when it has another length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DataKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_length_and_no_other() {
        assert_eq!(DataKey::from_bytes(&[7; 32]).unwrap().expose(), &[7; 32]);
        for length in [0, 31, 33] {
            assert!(DataKey::from_bytes(&vec![7; length]).is_none());
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", DataKey::from_bytes(&[7; 32]).unwrap()), "DataKey(…)");
    }
}
