//! The master key, and what is derived from it.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD_PAD_INDIFFERENT};
use hkdf::Hkdf;
use sha2::Sha256;
use tenancy_domain::{Error, Violation, ports::SecretSource, sealing::MasterKeyId};
use zeroize::Zeroizing;

use super::cipher::KEY_LENGTH;

/// 32 random bytes, written in base64 (RFC 4648, section 4), with padding or without. They are wiped from memory when
/// the value is dropped, and `Debug` does not show them. Nothing is encrypted under them: each purpose has a key of its
/// own, derived by HKDF-SHA256.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(Zeroizing<[u8; Self::LENGTH]>);

/// What a derived key is for. From one of them neither the master key nor another one can be found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// To name the master key.
    Identification,
    /// To wrap data keys.
    KeyWrapping,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Identification => b"tenancy master key, version 1: identification",
            Self::KeyWrapping => b"tenancy master key, version 1: key wrapping",
        }
    }
}

impl MasterKey {
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

    /// Reads the written form.
    ///
    /// # Errors
    /// A [`Violation`] when it is not base64, or not of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        // As large as the text: a buffer that grew would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
        STANDARD_PAD_INDIFFERENT
            .decode_vec(text, &mut bytes)
            .map_err(|_| Violation::new("must be 32 bytes in base64: 44 characters of A-Z, a-z, 0-9, +, / and ="))?;
        match <[u8; Self::LENGTH]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Ok(Self(Zeroizing::new(bytes))),
            Err(_) => Err(Violation::new(format!("must be 32 bytes in base64, and is {}", bytes.len()))),
        }
    }

    /// The written form.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD_PAD_INDIFFERENT.encode(self.0.as_slice()))
    }

    /// Its name: the first bytes of a key that is derived for nothing else.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be derived.
    pub fn id(&self) -> Result<MasterKeyId, Error> {
        let derived = self.derive(Purpose::Identification)?;
        let mut id = [0; MasterKeyId::LENGTH];
        id.copy_from_slice(&derived[..MasterKeyId::LENGTH]);
        Ok(MasterKeyId::new(id))
    }

    /// The key for a purpose.
    pub(super) fn derive(&self, purpose: Purpose) -> Result<Zeroizing<[u8; KEY_LENGTH]>, Error> {
        let mut derived = Zeroizing::new([0; KEY_LENGTH]);
        // No salt: the master key is uniformly random already (RFC 5869, section 3.1).
        let hkdf = Hkdf::<Sha256>::new(None, self.0.as_slice());
        let expanded = hkdf.expand(purpose.label(), &mut *derived);
        expanded.map_err(|_| Error::internal(anyhow::anyhow!("a key of {KEY_LENGTH} bytes cannot be derived")))?;
        Ok(derived)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::OsRandom;

    #[test]
    fn reads_what_it_writes_with_padding_or_without() {
        let key = MasterKey::generate(&OsRandom).unwrap();
        let text = key.to_base64();
        assert_eq!(text.len(), 44);
        assert_eq!(MasterKey::parse(&text).unwrap(), key);
        assert_eq!(MasterKey::parse(text.trim_end_matches('=')).unwrap(), key);
    }

    #[test]
    fn a_wrong_length_is_named_and_the_text_is_not() {
        let violation = MasterKey::parse("c2hvcnQgYW5kIHNlY3JldA==").unwrap_err();
        assert_eq!(violation.to_string(), "must be 32 bytes in base64, and is 16");
        for text in ["", "not base64!", &"A".repeat(45), &"A".repeat(100)] {
            let message = MasterKey::parse(text).unwrap_err().to_string();
            assert!(text.is_empty() || !message.contains(text), "{message}");
        }
    }

    #[test]
    fn what_is_derived_stays_the_same_in_every_version() {
        // From another program: HKDF-SHA256 of 32 zero bytes, without salt.
        let key = MasterKey::parse(&"A".repeat(43)).unwrap();
        assert_eq!(key.id().unwrap().to_string(), "71320ecc1e5f9e82");
        let wrapping = MasterKey(key.derive(Purpose::KeyWrapping).unwrap());
        assert_eq!(*wrapping.to_base64(), "Ti7JDAlvHplMvLmITs7HEQS1BO1qtx5wKRVOoBQKYwI=");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", MasterKey::generate(&OsRandom).unwrap()), "MasterKey(…)");
    }
}
