//! What is done to the audit log in a transaction that is no unit of work.

use std::sync::{Arc, Mutex, PoisonError};

use diesel::SqliteConnection;
use tenancy_domain::{
    Error, Timestamp,
    audit_log::{ChainId, ChainMac, SealedChainKey, Swept},
    pagination::PageSize,
};

use super::{
    Inner, SqliteStorage,
    dialect::now,
    group::Job,
    repositories::{audit_keys, audit_retention},
};

impl SqliteStorage {
    pub(super) async fn adopt_chains(
        &self,
        key: &SealedChainKey,
        mac: Arc<dyn ChainMac>,
    ) -> Result<Option<u64>, Error> {
        let key = key.clone();
        self.0.transact(move |connection| now(audit_keys::add(connection, &key, &*mac))).await
    }

    pub(super) async fn sweep(&self, chain: ChainId, before: Timestamp, limit: PageSize) -> Result<Swept, Error> {
        let mac = self.0.chain_mac.get().cloned();
        let delete = move |connection: &mut SqliteConnection| {
            now(audit_retention::delete(connection, mac.as_deref(), chain, before, limit))
        };
        // No other instance has the file.
        self.0.transact(delete).await.map(Swept::Deleted)
    }
}

impl Inner {
    /// Runs `work` on the thread that writes, all of it or nothing, and gives back what it came to.
    async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let value = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&value);
        let upkeep = move |connection: &mut SqliteConnection| {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(connection)?);
            Ok(())
        };
        self.write(Job::Upkeep(Box::new(upkeep))).await?;
        let value = value.lock().unwrap_or_else(PoisonError::into_inner).take();
        value.ok_or_else(|| Error::internal(anyhow::anyhow!("the writing thread did not do what it told of")))
    }
}
