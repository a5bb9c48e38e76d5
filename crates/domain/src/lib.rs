#![doc = include_str!("../README.md")]

pub mod access;
pub mod api_keys;
pub mod audit_log;
pub mod authorization;
pub mod effects;
pub mod idempotency;
pub mod leases;
pub mod members;
pub mod organizations;
pub mod owners;
pub mod pagination;
pub mod ports;
pub mod projects;
pub mod providers;
pub mod sealing;
pub mod unit_of_work;
pub mod users;

mod affected;
mod deleted;
mod display_name;
mod error;
mod external_id;
mod ids;
mod metadata;
mod revision;
mod search;
mod slug;
mod storage;
mod timestamp;

pub use affected::Affected;
pub use deleted::{Deleted, SoftDeleted};
pub use display_name::DisplayName;
pub use error::{Cause, Error, ResourceType, Violation};
pub use external_id::ExternalId;
pub use ids::{ApiKeyId, AuditEntryId, OrganizationId, ProjectId, ProviderId, UserId};
pub use metadata::{Metadata, MetadataChanges, PairViolation};
pub use revision::{Precondition, Revised, Revision, Revisions};
pub use search::{Search, Searched, terms_of};
pub use slug::Slug;
pub use storage::Storage;
pub use timestamp::Timestamp;
