//! The one cipher: XChaCha20-Poly1305, with the nonce kept before the ciphertext.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use tenancy_domain::{Error, ports::SecretSource};
use zeroize::Zeroizing;

/// The length of a key, in bytes.
pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;

/// Encrypts `plain`, and authenticates `associated_data` with it. Gives the nonce, the ciphertext and the tag, one
/// after another: 40 bytes more than `plain` has.
pub(super) fn encrypt(
    key: &[u8; KEY_LENGTH],
    associated_data: &[u8],
    plain: &[u8],
    source: &dyn SecretSource,
) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; NONCE_LENGTH];
    source.fill(&mut nonce)?;
    let payload = Payload { msg: plain, aad: associated_data };
    let encrypted = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload);
    let ciphertext = encrypted.map_err(|_| Error::internal(anyhow::anyhow!("too long to be encrypted")))?;
    Ok([nonce.as_slice(), &ciphertext].concat())
}

/// What was encrypted under the same key with the same `associated_data`; `None` when `bytes` are anything else.
pub(super) fn decrypt(key: &[u8; KEY_LENGTH], associated_data: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
    let payload = Payload { msg: ciphertext, aad: associated_data };
    let plain = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload);
    plain.ok().map(Zeroizing::new)
}
