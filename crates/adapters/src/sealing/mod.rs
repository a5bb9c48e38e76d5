//! Sealing under master keys that the program is given.
//!
//! | | |
//! |---|---|
//! | [`MasterKey`] | 32 bytes that the operator keeps; keys for different purposes are derived from it |
//! | [`Keyring`] | wraps data keys under one active master key, and unwraps them under former ones too |
//! | [`ChainHmac`] | authenticates audit chains under the chain key, which is sealed like any other secret |
//! | [`EnvelopeSealer`] | seals secrets under data keys, over the keyring or any other source of master keys |
//!
//! All encryption is XChaCha20-Poly1305 with random nonces: 24 bytes of them never repeat.

mod chain_hmac;
mod cipher;
mod envelope;
mod envelope_sealer;
mod keyring;
mod master_key;

pub use chain_hmac::ChainHmac;
pub use envelope_sealer::EnvelopeSealer;
pub use keyring::Keyring;
pub use master_key::MasterKey;
