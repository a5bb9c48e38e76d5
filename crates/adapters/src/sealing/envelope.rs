//! The stored form of a sealed secret.

use tenancy_domain::Error;

/// The first byte, which says what the others mean.
const VERSION: u8 = 1;

/// A sealed secret in its parts. Stored: the version, the length of the wrapped key (16 bits, big endian), the wrapped
/// key, the encrypted secret. The master key's id is kept beside it.
///
/// Only the version and the length are not authenticated by themselves: with another length the rest is cut in the
/// wrong place, and does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    /// The data key, as the source of master keys has wrapped it.
    pub(super) wrapped_key: &'a [u8],
    /// The secret, encrypted under the data key.
    pub(super) encrypted: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// The parts of what is stored; `None` when it is of another form.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[VERSION], rest) = bytes.split_first_chunk::<1>()? else { return None };
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (wrapped_key, encrypted) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        Some(Self { wrapped_key, encrypted })
    }

    /// What is stored.
    pub(super) fn to_bytes(self) -> Result<Vec<u8>, Error> {
        let length = u16::try_from(self.wrapped_key.len());
        let length = length.map_err(|_| Error::internal(anyhow::anyhow!("the wrapped data key is too long")))?;
        Ok([&[VERSION], length.to_be_bytes().as_slice(), self.wrapped_key, self.encrypted].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_as_documented() {
        let envelope = Envelope { wrapped_key: b"key", encrypted: b"secret" };
        let bytes = envelope.to_bytes().unwrap();
        assert_eq!(bytes, b"\x01\x00\x03keysecret");
        assert_eq!(Envelope::parse(&bytes), Some(envelope));
    }

    #[test]
    fn what_is_cut_off_or_of_another_version_has_no_parts() {
        for bytes in
            [&b""[..], b"\x01", b"\x01\x00", b"\x01\x00\x03ke", b"\x00\x00\x03keysecret", b"\x02\x00\x03keysecret"]
        {
            assert_eq!(Envelope::parse(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_wrapped_key_that_is_too_long_is_refused() {
        let wrapped_key = &vec![0; usize::from(u16::MAX) + 1];
        assert!(Envelope { wrapped_key, encrypted: b"" }.to_bytes().is_err());
        assert!(Envelope { wrapped_key: &wrapped_key[1..], encrypted: b"" }.to_bytes().is_ok());
    }
}
