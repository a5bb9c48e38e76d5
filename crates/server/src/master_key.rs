//! The master key: what secrets that must be readable again are encrypted under.

use std::{fmt, io::ErrorKind, path::Path};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD_PAD_INDIFFERENT};
use tenancy_domain::{Violation, ports::SecretSource};
use zeroize::Zeroizing;

use crate::{atomic_file, operator_error::OperatorResult};

/// 32 random bytes, written in base64 (RFC 4648, section 4), with padding or without. They are wiped from memory when
/// the value is dropped, and `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(Zeroizing<[u8; Self::LENGTH]>);

impl MasterKey {
    /// The length of a key, in bytes.
    pub const LENGTH: usize = 32;

    /// Makes a key that nobody can guess.
    ///
    /// # Errors
    /// Those of `source`.
    pub fn generate(source: &dyn SecretSource) -> Result<Self, tenancy_domain::Error> {
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
        Zeroizing::new(STANDARD_PAD_INDIFFERENT.encode(self.expose()))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The key that `file` holds; where there is no such file, a fresh key that it holds from now on.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else: a key is never replaced.
    pub fn read_or_create(file: &Path, source: &dyn SecretSource) -> anyhow::Result<Self> {
        match std::fs::read_to_string(file).map(Zeroizing::new) {
            Ok(text) => Self::parse(text.trim_end()).with_context(|| format!("{}: the master key", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::generate(source).for_operator()?;
                let line = Zeroizing::new(format!("{}\n", *key.to_base64()));
                atomic_file::create_private(file, line.as_bytes())
                    .with_context(|| format!("cannot write {}", file.display()))?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tenancy_adapters::system::OsRandom;

    use super::*;

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
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        let key = MasterKey::read_or_create(&file, &OsRandom).unwrap();
        assert_eq!(MasterKey::read_or_create(&file, &OsRandom).unwrap(), key);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_is_refused_by_the_name_of_its_file_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        std::fs::write(&file, "c2hvcnQ=\n").unwrap();
        let error = format!("{:#}", MasterKey::read_or_create(&file, &OsRandom).unwrap_err());
        assert!(error.contains("master.key") && error.contains("is 5"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "c2hvcnQ=\n");
    }
}
