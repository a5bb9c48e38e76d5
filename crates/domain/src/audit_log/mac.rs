//! What the hashes of audit chains are over, and the port that keys them.

use sha2::{Digest, Sha256};

use super::{AuditRecord, ChainHash, ChainHead, ChainId};
use crate::ids::{OrganizationId, ProjectId};

/// Authenticates audit chains: HMAC-SHA-256 (RFC 2104) under the [chain key](super::ChainKey). Whoever has not the key,
/// storage above all, can neither make a hash of a chain nor tell what one would be.
pub trait ChainMac: Send + Sync {
    /// The HMAC-SHA-256 of `message`. What is authenticated for different purposes begins differently.
    fn mac(&self, message: &[u8]) -> [u8; 32];
}

/// The hash of an entry: over the chain, the hash before, the number, and all that the entry says.
pub(super) fn of_entry(mac: &dyn ChainMac, before: ChainHead, sequence: i64, record: &AuditRecord) -> ChainHash {
    let mut message = Message::new("tenancy audit log, version 2\n");
    message.raw(record.chain().uuid().as_bytes());
    message.link(before, sequence);
    message.record(record);
    message.field(record.project_id.map(ProjectId::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
    ChainHash::new(mac.mac(&message.0))
}

/// The hash of an entry that was written before chains were keyed: everybody could make it.
pub(super) fn of_unkeyed_entry(before: ChainHead, sequence: i64, record: &AuditRecord) -> ChainHash {
    let mut message = Message::new("tenancy audit log, version 1\n");
    message.link(before, sequence);
    message.record(record);
    // One field more, where there is a project: the entries that were written before there were any still hold.
    if let Some(project) = record.project_id {
        message.field(Some(project.uuid().as_bytes()));
    }
    ChainHash::new(Sha256::digest(&message.0).into())
}

/// The seal of what is kept of a chain beside its entries: where it begins and ends.
pub(super) fn of_chain(mac: &dyn ChainMac, id: ChainId, [base, head]: [ChainHead; 2], last_unkeyed: i64) -> ChainHash {
    let mut message = Message::new("tenancy audit chain, version 1\n");
    message.raw(id.uuid().as_bytes());
    for ChainHead { sequence, hash } in [base, head] {
        message.raw(&sequence.to_be_bytes());
        message.raw(hash.as_bytes());
    }
    message.raw(&last_unkeyed.to_be_bytes());
    ChainHash::new(mac.mac(&message.0))
}

/// Bytes that no two things have in common. What has always the same length stands as it is; each field of a record is
/// a presence byte, its length (64 bits, big endian) and its bytes.
struct Message(Vec<u8>);

impl Message {
    fn new(begin: &str) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend(begin.as_bytes());
        Self(bytes)
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    fn link(&mut self, before: ChainHead, sequence: i64) {
        self.raw(before.hash.as_bytes());
        self.raw(&sequence.to_be_bytes());
    }

    fn field(&mut self, value: Option<&[u8]>) {
        match value {
            Some(bytes) => {
                self.0.push(1);
                self.0.extend((bytes.len() as u64).to_be_bytes());
                self.0.extend(bytes);
            }
            None => self.0.push(0),
        }
    }

    fn record(&mut self, record: &AuditRecord) {
        self.field(Some(record.id.uuid().as_bytes()));
        self.field(Some(&record.timestamp.unix_milliseconds().to_be_bytes()));
        self.field(Some(record.actor_type.as_str().as_bytes()));
        self.field(record.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        self.field(Some(record.action.as_str().as_bytes()));
        self.field(Some(record.action.resource_type().as_str().as_bytes()));
        self.field(Some(record.resource_id.as_bytes()));
        self.field(record.org_id.map(OrganizationId::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
        self.field(record.request_id.as_deref().map(str::as_bytes));
        self.field(record.ip_address.map(|address| address.to_string()).as_deref().map(str::as_bytes));
        self.field(record.user_agent.as_deref().map(str::as_bytes));
        self.field(Some(record.details.as_bytes()));
    }
}
