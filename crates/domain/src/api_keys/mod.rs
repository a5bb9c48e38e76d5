//! API keys: what callers show to be let in.

mod api_key;
mod authenticator;
mod cache;
mod credentials;
mod notice;
mod rehearsal;
mod repository;
mod secret;
mod service;
mod system_key;
mod usage;
mod verdict;

pub use api_key::{ApiKey, ApiKeyChanges, GracePeriod, NewApiKey};
pub use authenticator::{Authenticator, Rejection};
pub use cache::CredentialCache;
pub use credentials::Credentials;
pub use notice::{CredentialNotice, CredentialNotices};
pub use repository::{ApiKeyFilter, ApiKeyRepository, ApiKeyWriter, Credential};
pub use secret::{ApiKeySecret, KeyPrefix, SecretHash};
pub use service::{ApiKeyService, ApiKeyServiceParts, IssuedApiKey};
pub use usage::KeyUsage;
pub use verdict::{Verdict, VerdictCode};
