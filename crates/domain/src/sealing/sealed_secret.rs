//! A secret as storage keeps it.

use std::fmt;

use super::MasterKeyId;

/// A sealed secret: what storage keeps, in two columns. The master key's id has one of its own, with an index, so that
/// the secrets that hang on a master key can be counted and found. What the bytes mean is up to the
/// [`Sealer`](super::Sealer) alone.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    master_key_id: MasterKeyId,
    bytes: Vec<u8>,
}

impl SealedSecret {
    /// Takes over what a [`Sealer`](super::Sealer) made, or storage kept.
    #[must_use]
    pub const fn new(master_key_id: MasterKeyId, bytes: Vec<u8>) -> Self {
        Self { master_key_id, bytes }
    }

    /// The master key that it is sealed under.
    #[must_use]
    pub const fn master_key_id(&self) -> MasterKeyId {
        self.master_key_id
    }

    /// All the rest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for SealedSecret {
    /// The master key's id and the number of bytes: they themselves help nobody who reads a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SealedSecret({}, {} bytes)", self.master_key_id, self.bytes.len())
    }
}
