//! The audit log: who did what, when and from where, in chains that show tampering.

mod chain;
mod change;
mod record;
mod records;
mod repository;
mod service;

pub use chain::{ChainHash, ChainHead, ChainId};
pub use change::{Audited, Change, Fields, fields};
pub use record::{ActorType, AuditAction, AuditEntry, AuditRecord, Subject};
pub use records::AuditRecords;
pub use repository::AuditLogRepository;
pub use service::{AuditLogService, Finding, Verification};
