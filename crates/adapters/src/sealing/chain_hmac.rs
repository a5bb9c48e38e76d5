//! What audit chains are made with.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tenancy_domain::audit_log::{ChainKey, ChainMac};
use zeroize::Zeroizing;

/// The length of a block of SHA-256, in bytes.
const BLOCK_LENGTH: usize = 64;

/// HMAC-SHA-256 (RFC 2104) under a chain key. The key is wiped from memory when the value is dropped, and `Debug` does
/// not show it.
pub struct ChainHmac(Hmac<Sha256>);

impl ChainHmac {
    /// What authenticates with this key.
    #[must_use]
    pub fn new(key: &ChainKey) -> Self {
        // What is shorter than a block of the hash is filled up with zeros.
        let mut block = Zeroizing::new([0; BLOCK_LENGTH]);
        block[..ChainKey::LENGTH].copy_from_slice(key.expose());
        Self(KeyInit::new((&*block).into()))
    }

    /// The same behind its port, as [`ChainKeys`](tenancy_domain::audit_log::ChainKeys) asks for it.
    #[must_use]
    pub fn shared(key: &ChainKey) -> Arc<dyn ChainMac> {
        Arc::new(Self::new(key))
    }
}

impl ChainMac for ChainHmac {
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }
}

impl fmt::Debug for ChainHmac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ChainHmac(…)")
    }
}

#[cfg(test)]
mod tests {
    use tenancy_domain::{Error, ports::SecretSource};

    use super::*;

    /// Gives the bytes 0, 1, 2, ….
    struct Counting;

    impl SecretSource for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
            bytes.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
            Ok(())
        }
    }

    #[test]
    fn it_is_what_others_call_hmac_sha_256() {
        // From another program.
        let mac = ChainHmac::new(&ChainKey::generate(&Counting).unwrap()).mac(b"message");
        let text = mac.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(text, "6297b77508a1a30ea4dfadd8f847c31b49aba45de10a79daf721d3f7ec112a24");
    }

    #[test]
    fn debug_shows_nothing() {
        let mac = ChainHmac::new(&ChainKey::generate(&Counting).unwrap());
        assert_eq!(format!("{mac:?}"), "ChainHmac(…)");
    }
}
