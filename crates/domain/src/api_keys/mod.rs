//! API keys: what callers show to be let in.

mod api_key;
mod authenticator;
mod repository;
mod secret;
mod service;

pub use api_key::{ApiKey, NewApiKey, Owner};
pub use authenticator::{Authenticator, Rejection};
pub use repository::{ApiKeyRepository, ApiKeyWriter};
pub use secret::{ApiKeySecret, KeyPrefix, SecretHash};
pub use service::{ApiKeyService, IssuedApiKey};
