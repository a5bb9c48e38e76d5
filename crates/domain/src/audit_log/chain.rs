//! The chains that make tampering evident.
//!
//! Each organization has a chain of its own, and what belongs to none has one more, so that writers of different
//! tenants do not wait for each other. An entry has the next sequence number of its chain and a hash over what it says
//! and over the hash of the entry before it; the chain's head, kept apart, shows when the last entries were cut off.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{AuditEntry, AuditRecord};
use crate::ids::OrganizationId;

/// Names a chain: the id of its organization, or the nil UUID for the chain of what belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(Uuid);

impl ChainId {
    /// The chain of what belongs to no organization.
    pub const INSTALLATION: Self = Self(Uuid::nil());

    /// The chain of an organization.
    #[must_use]
    pub const fn of_organization(id: OrganizationId) -> Self {
        Self(id.uuid())
    }

    /// Takes over an id that storage kept.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// A SHA-256 over a chain up to one of its entries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// Takes over a hash that storage kept.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// The end of a chain: the number and the hash of its last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The last entry's number; 0 for a chain without entries.
    pub sequence: i64,
    /// The last entry's hash; all zero for a chain without entries.
    pub hash: ChainHash,
}

impl ChainHead {
    /// The head of a chain without entries.
    pub const EMPTY: Self = Self { sequence: 0, hash: ChainHash([0; 32]) };

    /// Gives `record` the place after this head.
    #[must_use]
    pub fn append(self, record: AuditRecord) -> AuditEntry {
        let sequence = self.sequence + 1;
        let hash = hash(self.hash, sequence, &record);
        AuditEntry { record, sequence, hash }
    }

    /// Whether `entry` is what belongs after this head: the next number, and the hash that its content gives.
    #[must_use]
    pub fn is_followed_by(self, entry: &AuditEntry) -> bool {
        entry.sequence == self.sequence + 1 && entry.hash == hash(self.hash, entry.sequence, &entry.record)
    }
}

impl AuditEntry {
    /// The head of the chain that ends with this entry.
    #[must_use]
    pub const fn head(&self) -> ChainHead {
        ChainHead { sequence: self.sequence, hash: self.hash }
    }
}

/// SHA-256 over the hash before, the number, and each field as a presence byte, its length (64 bits, big endian) and
/// its bytes. With the lengths no two records give the same input.
fn hash(before: ChainHash, sequence: i64, record: &AuditRecord) -> ChainHash {
    let mut hasher = Sha256::new();
    hasher.update(b"tenancy audit log, version 1\n");
    hasher.update(before.0);
    hasher.update(sequence.to_be_bytes());
    let mut field = |value: Option<&[u8]>| match value {
        Some(bytes) => {
            hasher.update([1]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
        None => hasher.update([0]),
    };
    field(Some(record.id.uuid().as_bytes()));
    field(Some(&record.timestamp.unix_milliseconds().to_be_bytes()));
    field(Some(record.actor_type.as_str().as_bytes()));
    field(record.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(Some(record.action.as_str().as_bytes()));
    field(Some(record.action.resource_type().as_str().as_bytes()));
    field(Some(record.resource_id.as_bytes()));
    field(record.org_id.map(OrganizationId::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
    field(record.request_id.as_deref().map(str::as_bytes));
    field(record.ip_address.map(|address| address.to_string()).as_deref().map(str::as_bytes));
    field(record.user_agent.as_deref().map(str::as_bytes));
    field(Some(record.details.as_bytes()));
    // One field more, where there is a project: the entries that were written before there were any still hold.
    if let Some(project) = record.project_id {
        field(Some(project.uuid().as_bytes()));
    }
    ChainHash(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit_log::{ActorType, AuditAction},
        ids::{AuditEntryId, ProjectId},
        timestamp::Timestamp,
    };

    fn record(details: &str) -> AuditRecord {
        AuditRecord {
            id: AuditEntryId::new(Uuid::from_u128(7)),
            timestamp: Timestamp::from_unix_milliseconds(1_000).unwrap(),
            actor_type: ActorType::CommandLine,
            actor_id: None,
            action: AuditAction::OrganizationCreate,
            resource_id: Uuid::from_u128(9),
            org_id: Some(OrganizationId::new(Uuid::from_u128(9))),
            project_id: None,
            request_id: None,
            ip_address: None,
            user_agent: None,
            details: details.to_owned(),
        }
    }

    #[test]
    fn entries_follow_one_another() {
        let first = ChainHead::EMPTY.append(record("{}"));
        let second = first.head().append(record("{\"a\":1}"));
        assert_eq!((first.sequence, second.sequence), (1, 2));
        assert!(ChainHead::EMPTY.is_followed_by(&first));
        assert!(first.head().is_followed_by(&second));
        assert!(!ChainHead::EMPTY.is_followed_by(&second), "the first was left out");
    }

    #[test]
    fn every_field_is_under_the_hash() {
        let entry = ChainHead::EMPTY.append(record("{}"));
        let tampered: [fn(&mut AuditRecord); 12] = [
            |record| record.id = AuditEntryId::new(Uuid::from_u128(8)),
            |record| record.timestamp = Timestamp::from_unix_milliseconds(1_001).unwrap(),
            |record| record.actor_type = ActorType::ApiKey,
            |record| record.actor_id = Some(Uuid::nil()),
            |record| record.action = AuditAction::OrganizationUpdate,
            |record| record.resource_id = Uuid::nil(),
            |record| record.org_id = None,
            |record| record.project_id = Some(ProjectId::new(Uuid::nil())),
            |record| record.request_id = Some(String::new()),
            |record| record.ip_address = Some([127, 0, 0, 1].into()),
            |record| record.user_agent = Some(String::new()),
            |record| record.details = "{ }".to_owned(),
        ];
        for tamper in tampered {
            let mut entry = entry.clone();
            tamper(&mut entry.record);
            assert!(!ChainHead::EMPTY.is_followed_by(&entry), "{:?}", entry.record);
        }
    }

    #[test]
    fn a_value_cannot_move_to_the_field_beside_it() {
        let mut left = record("{}");
        left.request_id = Some("same".to_owned());
        let mut right = record("{}");
        right.user_agent = Some("same".to_owned());
        assert_ne!(ChainHead::EMPTY.append(left).hash, ChainHead::EMPTY.append(right).hash);
    }
}
