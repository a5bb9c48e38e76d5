#![doc = include_str!("../README.md")]
//!
//! # One after the other
//!
//! ```
//! # mod service { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/service.rs")); }
//! # let service = service::start();
//! # let (url, key) = (service.url.as_str(), service.key.as_str());
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::time::Duration;
//!
//! use tenancy_client::{Client, ErrorCode, RetryPolicy};
//! use tenancy_client::types::{
//!     api_keys::CreateApiKey, organizations::CreateOrganization, owner::Owner, projects::CreateProject,
//!     projects::UpdateProject,
//! };
//!
//! let client = Client::builder(url)
//!     .key(key)
//!     .user_agent("billing/1.2")
//!     .timeout(Duration::from_secs(5))
//!     .retry(RetryPolicy::default().total_time(Duration::from_secs(20)))
//!     .build()?;
//!
//! // An organization, a project in it, and a key that reaches that project alone.
//! let acme = client.organizations().create(&CreateOrganization::new("acme", "Acme, Inc.")).await?;
//! let web = client.projects(acme.id).create(&CreateProject::new("web", "Web")).await?;
//! let owner = Owner::Project { project_id: web.id };
//! let new = CreateApiKey::new("ci", owner).with_scopes(["admin:projects:read", "admin:projects:write"]);
//! let issued = client.api_keys().create(&new).await?;
//!
//! // With that key, on the same connections.
//! let projects = client.with_key(issued.key.clone())?.projects("acme");
//! let web = projects.get("web").await?;
//! let changes = UpdateProject { name: Some("The web".to_owned()), ..UpdateProject::default() };
//! let web = match web.etag() {
//!     Some(etag) => projects.update("web", &changes).if_match(etag).await?,
//!     None => projects.update("web", &changes).await?,
//! };
//! assert_eq!(web.name, "The web");
//!
//! // What lies beyond its reach is not there; what is wrong with a request is named.
//! let error = projects.get("none").await.unwrap_err();
//! assert_eq!(error.code(), Some(ErrorCode::NotFound));
//! let error = client.projects("acme").create(&CreateProject::new("No Slug", "Web")).await.unwrap_err();
//! assert_eq!((error.code(), error.param()), (Some(ErrorCode::ValidationError), Some("slug")));
//! # Ok::<_, tenancy_client::Error>(())
//! # })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "actix")]
pub mod actix;
mod answer;
mod api_keys;
mod audit_log;
mod builder;
mod call;
mod client;
mod dynamic_providers;
mod error;
mod export;
mod http;
mod members;
mod operations;
mod organizations;
mod pages;
mod projects;
mod reference;
mod retry;
#[cfg(feature = "tower")]
pub mod tower;
mod users;
pub mod verify;

pub use answer::{Answer, ETag};
pub use api_keys::ApiKeys;
pub use audit_log::AuditLog;
pub use builder::ClientBuilder;
pub use call::{Call, IfChanged, kind};
pub use client::Client;
pub use dynamic_providers::DynamicProviders;
pub use error::{DecodeError, Error, ErrorCode, InputError, ServiceError, TransportError, TransportErrorKind};
pub use export::{Entries, Export};
pub use members::Members;
pub use operations::Operations;
pub use organizations::Organizations;
pub use pages::{List, Pages, Rows};
pub use projects::Projects;
pub use reference::Reference;
pub use retry::RetryPolicy;
pub use tenancy_api_types as types;
pub use users::Users;
