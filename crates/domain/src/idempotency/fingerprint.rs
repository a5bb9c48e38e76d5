//! What tells one request from another.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 over everything in which two requests with one key must agree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; Self::LENGTH]);

impl Fingerprint {
    /// The length, in bytes.
    pub const LENGTH: usize = 32;

    /// The fingerprint of a request that consists of these parts, each told from the next.
    #[must_use]
    pub fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// Takes over what storage kept; `None` when it has another length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A body with a secret leads to it, though not back.
        formatter.write_str("Fingerprint(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| Fingerprint::of(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(of(&["POST", "/a", "{}"]), of(&["POST", "/a", "{}"]));
        for other in [&["POST", "/a{}", ""][..], &["POST", "/a", "{ }"], &["POST/a", "", "{}"], &["POST", "/a"]] {
            assert_ne!(of(&["POST", "/a", "{}"]), of(other));
        }
    }

    #[test]
    fn what_was_kept_is_taken_over() {
        let fingerprint = Fingerprint::of([b"a".as_slice()]);
        assert_eq!(Fingerprint::from_bytes(fingerprint.as_bytes()), Some(fingerprint));
        assert_eq!(Fingerprint::from_bytes(&[0; 31]), None);
    }
}
