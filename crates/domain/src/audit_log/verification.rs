//! Looking for what someone has done to the audit log behind the program's back.

use std::{fmt, sync::Arc};

use super::{AuditEntry, AuditLogRepository, Chain, ChainHead, ChainId, ChainMac, KnownHeads};
use crate::{
    authorization::{AuditLogsRead, Grant, TenantScope},
    error::Error,
    pagination::PageSize,
};

/// What a verification of the audit log came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// How many chains were read.
    pub chains: u64,
    /// How many entries were read.
    pub entries: u64,
    /// How many of them were written before chains were keyed. It grows no more once it was told the first time.
    pub unkeyed: u64,
    /// What is wrong; of each chain the first that was found.
    pub findings: Vec<Finding>,
}

/// Something that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The chain.
    pub chain: ChainId,
    /// What it is.
    pub flaw: Flaw,
}

/// What may be wrong with a chain. Numbers are those of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// What is kept of the chain beside its entries was changed: where it begins and ends.
    Seal,
    /// What belongs here is changed, out of its place or missing.
    Entry(i64),
    /// The chain ends before this entry, and should not.
    CutOff(i64),
    /// This entry lies beyond the end of the chain.
    Beyond(i64),
    /// What a head that was kept elsewhere tells of this entry is not so.
    NotAsKnown(i64),
    /// It is not there any more, and was when its head was kept elsewhere.
    Gone,
    /// Nothing but entries is there: what is kept of the chain beside them was taken away.
    Stray,
    /// The chain has entries, and there is no key to check them with.
    NoKey,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the chain {}: {}", self.chain, self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal => formatter.write_str("what is kept of its beginning and its end was changed"),
            Self::Entry(number) => write!(formatter, "entry {number} is changed, out of its place or missing"),
            Self::CutOff(number) => write!(formatter, "it is cut off before entry {number}"),
            Self::Beyond(number) => write!(formatter, "entry {number} lies beyond its end"),
            Self::NotAsKnown(number) => {
                write!(formatter, "entry {number} is another one than that of the head that was kept elsewhere")
            }
            Self::Gone => formatter.write_str("it is not there any more"),
            Self::Stray => formatter.write_str("its entries are there, and its beginning and its end are not"),
            Self::NoKey => formatter.write_str("there is no key to check it with"),
        }
    }
}

/// Verifies the audit log of one storage.
pub struct AuditVerifier {
    repository: Arc<dyn AuditLogRepository>,
    mac: Option<Arc<dyn ChainMac>>,
}

impl AuditVerifier {
    /// What verifies with `mac`, which is `None` where storage has no [chain key](super::ChainKeys::find).
    #[must_use]
    pub fn new(repository: Arc<dyn AuditLogRepository>, mac: Option<Arc<dyn ChainMac>>) -> Self {
        Self { repository, mac }
    }

    /// Walks every chain within the caller's reach: whether each entry follows the one before it, whether both ends are
    /// where they should be, and whether what was known of it at other times still holds. Entries may be added, and
    /// deleted by the retention, meanwhile; those that are added are checked as well.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn verify(&self, grant: &Grant<AuditLogsRead>, mut known: KnownHeads) -> Result<Verification, Error> {
        let scope = grant.tenant_scope();
        let mut verification = Verification::default();
        let mut after = None;
        loop {
            let chains = self.repository.audit_chains(scope, after, PageSize::MAX).await?;
            let Some(last) = chains.last() else { break };
            after = Some(last.id);
            for chain in chains {
                let flaw = match &self.mac {
                    None => (chain.head != ChainHead::EMPTY).then_some(Flaw::NoKey),
                    Some(mac) => {
                        let known = known.take(chain.id);
                        let walk = Walk { repository: &*self.repository, mac: &**mac, scope, known };
                        walk.along(chain, &mut verification).await?
                    }
                };
                verification.chains += 1;
                verification.findings.extend(flaw.map(|flaw| Finding { chain: chain.id, flaw }));
            }
        }
        let stray = self.repository.stray_audit_chains().await?;
        verification.findings.extend(stray.into_iter().map(|chain| Finding { chain, flaw: Flaw::Stray }));
        if self.mac.is_some() {
            let gone = known.rest().map(|chain| Finding { chain, flaw: Flaw::Gone });
            verification.findings.extend(gone);
        }
        Ok(verification)
    }
}

/// A walk along one chain.
struct Walk<'w> {
    repository: &'w dyn AuditLogRepository,
    mac: &'w dyn ChainMac,
    scope: TenantScope,
    known: Vec<ChainHead>,
}

/// Entries that were read, and whether something comes after them that is no entry.
struct Part {
    entries: Vec<AuditEntry>,
    unreadable: bool,
}

impl Walk<'_> {
    /// Walks along `chain` to its end; tells what is wrong with it, if anything is.
    async fn along(&self, mut chain: Chain, verification: &mut Verification) -> Result<Option<Flaw>, Error> {
        if !chain.is_authentic(self.mac) {
            return Ok(Some(Flaw::Seal));
        }
        let mut reached = chain.base;
        loop {
            if self.contradicts(reached) {
                return Ok(Some(Flaw::NotAsKnown(reached.sequence)));
            }
            let part = self.part_after(chain.id, reached.sequence).await?;
            if part.entries.first().is_some_and(|entry| chain.continues(self.mac, reached, entry)) {
                for entry in part.entries {
                    if !chain.continues(self.mac, reached, &entry) {
                        // It is the first of the next part: what is wrong with it depends on where the chain ends.
                        break;
                    }
                    reached = entry.head();
                    if self.contradicts(reached) {
                        return Ok(Some(Flaw::NotAsKnown(reached.sequence)));
                    }
                    verification.entries += 1;
                    verification.unkeyed += u64::from(entry.sequence <= chain.last_unkeyed);
                }
                continue;
            }
            // It ends here; or more was written, or deleted by the retention, since its end was read.
            let Some(now) = self.repository.find_audit_chain(self.scope, chain.id).await? else {
                return Ok(Some(Flaw::Gone));
            };
            if !now.is_authentic(self.mac) {
                return Ok(Some(Flaw::Seal));
            }
            if now.base.sequence > reached.sequence {
                reached = now.base;
            } else if let Some(flaw) = self.flaw_at(reached, &part, [chain.head, now.head]) {
                return Ok(Some(flaw));
            } else if now.head == reached {
                return Ok(None);
            }
            chain = now;
        }
    }

    /// What is wrong where `part` does not go on from the place `reached`. The ends of the chain are those that it had
    /// before and after `part` was read.
    fn flaw_at(&self, reached: ChainHead, part: &Part, [before, after]: [ChainHead; 2]) -> Option<Flaw> {
        let next = reached.sequence + 1;
        if part.unreadable && part.entries.is_empty() {
            return Some(Flaw::Entry(next));
        }
        if let Some(first) = part.entries.first() {
            let is_beyond = reached.sequence >= after.sequence;
            return Some(if is_beyond { Flaw::Beyond(first.sequence) } else { Flaw::Entry(next) });
        }
        if reached.sequence > after.sequence {
            return Some(Flaw::Beyond(after.sequence + 1));
        }
        if reached.sequence < after.sequence {
            // What was written since `part` was read is still to be looked at.
            return (before == after).then_some(Flaw::CutOff(next));
        }
        if reached != after {
            return Some(Flaw::Entry(reached.sequence));
        }
        self.known.iter().any(|known| known.sequence > reached.sequence).then_some(Flaw::CutOff(next))
    }

    /// Whether what is known of the place `reached` is something else.
    fn contradicts(&self, reached: ChainHead) -> bool {
        self.known.iter().any(|known| known.sequence == reached.sequence && known.hash != reached.hash)
    }

    /// The next entries.
    async fn part_after(&self, chain: ChainId, after: i64) -> Result<Part, Error> {
        let read = |after, limit| self.repository.audit_entries(self.scope, chain, after, limit);
        match read(after, PageSize::MAX).await {
            Ok(entries) => return Ok(Part { entries, unreadable: false }),
            Err(Error::Internal(_)) => {}
            Err(error) => return Err(error),
        }
        // One of them is no entry: those before it are still to be told from it.
        let mut entries: Vec<AuditEntry> = Vec::new();
        loop {
            let reached = entries.last().map_or(after, |entry| entry.sequence);
            match read(reached, PageSize::MIN).await {
                Ok(entry) if entry.is_empty() => return Ok(Part { entries, unreadable: false }),
                Ok(entry) => entries.extend(entry),
                Err(Error::Internal(_)) => return Ok(Part { entries, unreadable: true }),
                Err(error) => return Err(error),
            }
        }
    }
}
