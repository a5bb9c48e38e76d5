//! The chains that make tampering evident.
//!
//! Each organization has a chain of its own, and what belongs to none has one more, so that writers of different
//! tenants do not wait for each other. An entry has the next sequence number of its chain and a keyed hash over what it
//! says and over the hash of the entry before it. Where a chain begins and ends is kept apart, under a seal of its own:
//! without the key nobody can cut entries off at either end and make the rest look whole.

use std::fmt;

use uuid::Uuid;

use super::{AuditEntry, AuditRecord, ChainMac, mac};
use crate::{error::Error, ids::OrganizationId};

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

impl fmt::Display for ChainId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), formatter)
    }
}

/// A hash over a chain up to one of its entries, or over what is kept of the chain beside them: an HMAC-SHA-256. Of
/// entries that were written before chains were keyed, a SHA-256.
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

    /// Reads the written form: 64 small hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes?.try_into().ok().map(Self)
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A place between two entries of a chain: the number and the hash of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The entry's number; 0 where there is none before.
    pub sequence: i64,
    /// The entry's hash; all zero where there is none before.
    pub hash: ChainHash,
}

impl ChainHead {
    /// The place before the first entry of all.
    pub const EMPTY: Self = Self { sequence: 0, hash: ChainHash([0; 32]) };

    /// Gives `record` the place after this one.
    #[must_use]
    pub fn append(self, mac: &dyn ChainMac, record: AuditRecord) -> AuditEntry {
        let sequence = self.sequence + 1;
        let hash = mac::of_entry(mac, self, sequence, &record);
        AuditEntry { record, sequence, hash }
    }

    /// Whether `entry` is what belongs after this place: the next number, and the hash that its content gives.
    #[must_use]
    pub fn is_followed_by(self, mac: &dyn ChainMac, entry: &AuditEntry) -> bool {
        entry.sequence == self.sequence + 1 && entry.hash == mac::of_entry(mac, self, entry.sequence, &entry.record)
    }

    /// The same of an entry that was written before chains were keyed.
    #[must_use]
    fn is_followed_by_unkeyed(self, entry: &AuditEntry) -> bool {
        entry.sequence == self.sequence + 1 && entry.hash == mac::of_unkeyed_entry(self, entry.sequence, &entry.record)
    }
}

impl AuditEntry {
    /// The place after this entry.
    #[must_use]
    pub const fn head(&self) -> ChainHead {
        ChainHead { sequence: self.sequence, hash: self.hash }
    }
}

/// What is kept of a chain beside its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Its name.
    pub id: ChainId,
    /// The place before the first entry that is still there: [`ChainHead::EMPTY`], until the retention deletes some.
    pub base: ChainHead,
    /// The place after the last entry.
    pub head: ChainHead,
    /// The number of the last entry that was written before chains were keyed; 0 where there is none.
    pub last_unkeyed: i64,
    /// The hash over all of the above.
    pub seal: ChainHash,
}

impl Chain {
    /// A chain without entries.
    #[must_use]
    pub fn begin(mac: &dyn ChainMac, id: ChainId) -> Self {
        Self::sealed(mac, id, [ChainHead::EMPTY; 2], 0)
    }

    /// A chain that begins with `record`, which belongs to it.
    #[must_use]
    pub fn begin_with(mac: &dyn ChainMac, record: AuditRecord) -> (Self, AuditEntry) {
        let id = record.chain();
        let entry = ChainHead::EMPTY.append(mac, record);
        (Self::sealed(mac, id, [ChainHead::EMPTY, entry.head()], 0), entry)
    }

    /// A chain whose entries up to `head` were written before chains were keyed. From now on they are under the seal,
    /// and no others pass for such.
    #[must_use]
    pub fn adopt(mac: &dyn ChainMac, id: ChainId, head: ChainHead) -> Self {
        Self::sealed(mac, id, [ChainHead::EMPTY, head], head.sequence)
    }

    fn sealed(mac: &dyn ChainMac, id: ChainId, [base, head]: [ChainHead; 2], last_unkeyed: i64) -> Self {
        let seal = mac::of_chain(mac, id, [base, head], last_unkeyed);
        Self { id, base, head, last_unkeyed, seal }
    }

    /// Whether the seal is that of the rest: nobody without the key has changed anything.
    #[must_use]
    pub fn is_authentic(&self, mac: &dyn ChainMac) -> bool {
        self.seal == mac::of_chain(mac, self.id, [self.base, self.head], self.last_unkeyed)
    }

    /// Gives `record`, which belongs to this chain, the next place in it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the chain is not authentic: an entry after a forged end would make the forgery pass.
    pub fn append(&self, mac: &dyn ChainMac, record: AuditRecord) -> Result<(Self, AuditEntry), Error> {
        self.require_authentic(mac)?;
        let entry = self.head.append(mac, record);
        Ok((Self::sealed(mac, self.id, [self.base, entry.head()], self.last_unkeyed), entry))
    }

    /// Whether `entry` is what belongs after the place `before` in this chain.
    #[must_use]
    pub fn continues(&self, mac: &dyn ChainMac, before: ChainHead, entry: &AuditEntry) -> bool {
        let follows = if entry.sequence <= self.last_unkeyed {
            before.is_followed_by_unkeyed(entry)
        } else {
            before.is_followed_by(mac, entry)
        };
        follows && entry.record.chain() == self.id
    }

    /// The chain without the entries up to `base`, which must be a place in it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the chain is not authentic, or `base` does not lie in it.
    pub fn without_front(&self, mac: &dyn ChainMac, base: ChainHead) -> Result<Self, Error> {
        self.require_authentic(mac)?;
        if !(self.base.sequence..=self.head.sequence).contains(&base.sequence) {
            return Err(Error::internal(anyhow::anyhow!("the audit chain {} has no entry {}", self.id, base.sequence)));
        }
        Ok(Self::sealed(mac, self.id, [base, self.head], self.last_unkeyed))
    }

    fn require_authentic(&self, mac: &dyn ChainMac) -> Result<(), Error> {
        if self.is_authentic(mac) {
            return Ok(());
        }
        Err(Error::internal(anyhow::anyhow!("the audit chain {} was tampered with: nothing is added to it", self.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit_log::{ActorType, AuditAction},
        ids::{AuditEntryId, ProjectId},
        timestamp::Timestamp,
    };

    /// Not an HMAC, but keyed all the same: what is tested here is what it is over.
    struct Keyed(u8);

    impl ChainMac for Keyed {
        fn mac(&self, message: &[u8]) -> [u8; 32] {
            use sha2::{Digest, Sha256};

            Sha256::new().chain_update([self.0]).chain_update(message).finalize().into()
        }
    }

    const MAC: &Keyed = &Keyed(1);

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

    fn chain() -> Chain {
        Chain::begin(MAC, record("").chain())
    }

    #[test]
    fn entries_follow_one_another() {
        let (chain, first) = chain().append(MAC, record("{}")).unwrap();
        let (chain, second) = chain.append(MAC, record("{\"a\":1}")).unwrap();
        assert_eq!((first.sequence, second.sequence, chain.head), (1, 2, second.head()));
        assert!(chain.continues(MAC, ChainHead::EMPTY, &first));
        assert!(chain.continues(MAC, first.head(), &second));
        assert!(!chain.continues(MAC, ChainHead::EMPTY, &second), "the first was left out");
    }

    #[test]
    fn every_field_is_under_the_hash() {
        let (chain, entry) = chain().append(MAC, record("{}")).unwrap();
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
            assert!(!chain.continues(MAC, ChainHead::EMPTY, &entry), "{:?}", entry.record);
            // Nor with a hash that is made for it without the key.
            entry.hash = mac::of_unkeyed_entry(ChainHead::EMPTY, 1, &entry.record);
            assert!(!chain.continues(MAC, ChainHead::EMPTY, &entry), "{:?}", entry.record);
            entry.hash = ChainHead::EMPTY.append(&Keyed(2), entry.record.clone()).hash;
            assert!(!chain.continues(MAC, ChainHead::EMPTY, &entry), "{:?}", entry.record);
        }
    }

    #[test]
    fn a_value_cannot_move_to_the_field_beside_it() {
        let mut left = record("{}");
        left.request_id = Some("same".to_owned());
        let mut right = record("{}");
        right.user_agent = Some("same".to_owned());
        assert_ne!(ChainHead::EMPTY.append(MAC, left).hash, ChainHead::EMPTY.append(MAC, right).hash);
    }

    #[test]
    fn all_that_is_kept_of_a_chain_is_under_its_seal() {
        let (chain, _) = chain().append(MAC, record("{}")).unwrap();
        let tampered: [fn(&mut Chain); 7] = [
            |chain| chain.id = ChainId::INSTALLATION,
            |chain| chain.base.sequence = 1,
            |chain| chain.base.hash = ChainHash([1; 32]),
            |chain| chain.head = ChainHead::EMPTY,
            |chain| chain.head.hash = ChainHash([1; 32]),
            |chain| chain.last_unkeyed = 1,
            |chain| chain.seal = Chain::begin(&Keyed(2), chain.id).seal,
        ];
        assert!(chain.is_authentic(MAC));
        for tamper in tampered {
            let mut chain = chain;
            tamper(&mut chain);
            assert!(!chain.is_authentic(MAC), "{chain:?}");
            assert!(chain.append(MAC, record("{}")).is_err());
            assert!(chain.without_front(MAC, chain.head).is_err());
        }
    }

    #[test]
    fn unkeyed_entries_are_those_from_before_and_no_others() {
        let unkeyed = |before: ChainHead| {
            let record = record("{}");
            let hash = mac::of_unkeyed_entry(before, before.sequence + 1, &record);
            AuditEntry { record, sequence: before.sequence + 1, hash }
        };
        let first = unkeyed(ChainHead::EMPTY);
        let second = unkeyed(first.head());
        let adopted = Chain::adopt(MAC, first.record.chain(), second.head());
        assert!(adopted.is_authentic(MAC));
        let (chain, third) = adopted.append(MAC, record("{}")).unwrap();
        assert_eq!(third.sequence, 3);
        for (before, entry) in [(ChainHead::EMPTY, &first), (first.head(), &second), (second.head(), &third)] {
            assert!(chain.continues(MAC, before, entry));
        }
        assert!(!chain.continues(MAC, second.head(), &unkeyed(second.head())));
    }

    #[test]
    fn a_front_that_is_cut_off_moves_the_base() {
        let (chain, first) = chain().append(MAC, record("{}")).unwrap();
        let (chain, second) = chain.append(MAC, record("{}")).unwrap();
        let cut = chain.without_front(MAC, first.head()).unwrap();
        assert_eq!((cut.base, cut.head), (first.head(), second.head()));
        assert!(cut.is_authentic(MAC) && cut.continues(MAC, cut.base, &second));
        assert!(cut.without_front(MAC, ChainHead::EMPTY).is_err(), "what is gone does not come back");
        let empty = cut.without_front(MAC, second.head()).unwrap();
        assert_eq!(empty.append(MAC, record("{}")).unwrap().1.sequence, 3);
    }

    #[test]
    fn a_hash_has_one_written_form() {
        let hash = ChainHead::EMPTY.append(MAC, record("{}")).hash;
        assert_eq!(ChainHash::parse(&hash.to_string()), Some(hash));
        let upper = hash.to_string().to_uppercase();
        for text in ["", "00", &"0".repeat(63), &"0".repeat(65), &"0".repeat(66), &"g".repeat(64), &upper] {
            assert_eq!(ChainHash::parse(text), None, "{text}");
        }
    }
}
