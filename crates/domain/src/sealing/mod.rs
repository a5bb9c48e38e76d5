//! Sealing: how secrets that must be readable again are kept.
//!
//! Each secret is encrypted under a data key of its own, and the data key is *wrapped*: encrypted under a master key,
//! which storage never has. A secret is bound to its place, the [`SealingContext`], and opens nowhere else. To replace
//! the master key, the data keys are wrapped anew; the secrets stay as they are.
//!
//! The core knows no cipher: it says what is sealed and where ([`Sealer`]), and whoever holds the master keys wraps
//! ([`MasterKeySource`]). The [`MasterKeyRegistry`] sees to it that the service does not start with a wrong one, and
//! the [`Rewrapper`] to it that nothing hangs on a former one for long.

mod context;
mod data_key;
mod error;
mod master_key_id;
mod master_key_source;
mod registry;
mod repository;
mod rewrapper;
mod sealed_secret;
mod sealer;
mod secret_text;
mod stored_secrets;

pub use context::SealingContext;
pub use data_key::DataKey;
pub use error::UnsealError;
pub use master_key_id::MasterKeyId;
pub use master_key_source::{MasterKeySource, WrappedDataKey};
pub use registry::{Admission, AdmissionError, MasterKeyRegistry};
pub use repository::{KnownMasterKey, MasterKeyRepository};
pub use rewrapper::{Rewrapped, Rewrapper, RewrapperParts};
pub use sealed_secret::SealedSecret;
pub use sealer::Sealer;
pub use secret_text::SecretText;
pub use stored_secrets::{StoredSecret, StoredSecretRepository};
