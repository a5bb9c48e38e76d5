//! Deleting what is older than it is to be kept.

use std::{collections::BTreeSet, sync::Arc};

use super::{AuditEntry, AuditRetention, Chain, ChainId, ChainMac, Swept};
use crate::{
    error::Error,
    pagination::{Cursor, PageSize},
    timestamp::Timestamp,
};

/// How many entries are deleted in one transaction: so few that nobody who writes to the chain waits long.
const BATCH: i64 = 500;

/// Deletes old entries from the front of each chain.
pub struct AuditSweeper {
    repository: Arc<dyn AuditRetention>,
}

/// What a sweep came to.
#[derive(Debug, Default)]
pub struct Sweep {
    /// How many entries were deleted.
    pub deleted: u64,
    /// The chains that were left as they are, since there is something wrong with them, or with the storage.
    pub failures: Vec<(ChainId, Error)>,
}

impl AuditSweeper {
    /// What sweeps this storage.
    #[must_use]
    pub fn new(repository: Arc<dyn AuditRetention>) -> Self {
        Self { repository }
    }

    /// Deletes the entries that are older than `before`. An entry that stands behind a younger one in its chain, since a
    /// clock was put back, stays as long as that one does. When another instance sweeps at the same time, the rest is
    /// left to it.
    ///
    /// # Errors
    /// Those of the storage, when it cannot tell what is old.
    pub async fn sweep(&self, before: Timestamp) -> Result<Sweep, Error> {
        let mut sweep = Sweep::default();
        let mut after = Cursor::OLDEST;
        loop {
            let found = self.repository.chains_of_old_entries(before, after, PageSize::MAX).await?;
            let Some((last, _)) = found.last() else { return Ok(sweep) };
            after = *last;
            let chains: BTreeSet<ChainId> = found.into_iter().map(|(_, chain)| chain).collect();
            for chain in chains {
                match self.sweep_chain(chain, before, &mut sweep.deleted).await {
                    Ok(Swept::Deleted(_)) => {}
                    Ok(Swept::ByAnother) => return Ok(sweep),
                    Err(error) => sweep.failures.push((chain, error)),
                }
            }
        }
    }

    async fn sweep_chain(&self, chain: ChainId, before: Timestamp, deleted: &mut u64) -> Result<Swept, Error> {
        let batch = PageSize::for_wish(BATCH).map_err(Error::internal)?;
        loop {
            match self.repository.delete_old_entries(chain, before, batch).await? {
                Swept::Deleted(0) => return Ok(Swept::Deleted(0)),
                Swept::Deleted(count) => *deleted += count as u64,
                Swept::ByAnother => return Ok(Swept::ByAnother),
            }
        }
    }
}

impl Chain {
    /// What is left of the chain once those of `entries`, which are its first, that are older than `before` are deleted,
    /// and how many those are; `None` when it is none.
    ///
    /// # Errors
    /// [`Error::Internal`] when the chain is not authentic, or one of those entries is not what belongs in its place.
    pub fn swept(
        &self,
        mac: &dyn ChainMac,
        entries: &[AuditEntry],
        before: Timestamp,
    ) -> Result<Option<(Self, usize)>, Error> {
        let mut reached = self.base;
        let mut count = 0;
        for entry in entries {
            if !self.continues(mac, reached, entry) {
                let next = reached.sequence + 1;
                return Err(Error::internal(anyhow::anyhow!(
                    "the audit chain {} is broken at entry {next}: nothing is deleted from it",
                    self.id
                )));
            }
            if entry.record.timestamp >= before {
                break;
            }
            reached = entry.head();
            count += 1;
        }
        if count == 0 {
            return Ok(None);
        }
        Ok(Some((self.without_front(mac, reached)?, count)))
    }
}
