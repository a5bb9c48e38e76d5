//! Dynamic providers: where an organization's services find what others provide them with, and the key to it.

mod address;
mod api_key;
mod base_url;
mod config;
mod models;
mod name;
mod owner;
mod provider;
mod provider_type;
mod repository;
mod secret_member;
mod service;

pub use api_key::{LastFour, ProviderApiKey, SealedApiKey};
pub use base_url::BaseUrl;
pub use config::ProviderConfig;
pub use models::{ModelName, Models};
pub use name::ProviderName;
pub use owner::ProviderOwner;
pub use provider::{DynamicProvider, NewProvider, ProviderChanges};
pub use provider_type::ProviderType;
pub use repository::{ProviderFilter, ProviderRepository, ProviderWriter};
pub use service::{ProviderService, ProviderServiceParts};
