//! The audit log: who did what, when and from where, in chains that show tampering.

mod chain;
mod chain_key;
mod change;
mod export;
mod filter;
mod known_heads;
mod mac;
mod record;
mod records;
mod repository;
mod retention;
mod service;
mod verification;

pub use chain::{Chain, ChainHash, ChainHead, ChainId};
pub use chain_key::{ChainKey, ChainKeyRepository, ChainKeys, Keying, MakeMac, SealedChainKey};
pub use change::{Audited, Change, Fields, fields};
pub use export::Export;
pub use filter::AuditLogFilter;
pub use known_heads::{KnownHead, KnownHeads};
pub use mac::ChainMac;
pub use record::{ActorType, AuditAction, AuditEntry, AuditRecord, Subject};
pub use records::AuditRecords;
pub use repository::{AuditLogRepository, AuditRetention, Swept};
pub use retention::{AuditSweeper, Sweep};
pub use service::AuditLogService;
pub use verification::{AuditVerifier, Finding, Flaw, Verification};
