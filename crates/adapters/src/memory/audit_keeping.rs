//! The key of the audit chains in memory, and the deletion of old entries.

use std::sync::Arc;

use async_trait::async_trait;
use tenancy_domain::{
    Error, Timestamp,
    audit_log::{AuditRetention, ChainId, ChainKeyRepository, ChainMac, SealedChainKey, Swept},
    pagination::{Cursor, PageSize},
    sealing::SealedSecret,
};

use super::{MemoryStorage, State};

#[async_trait]
impl ChainKeyRepository for MemoryStorage {
    fn use_chain_mac(&self, mac: Arc<dyn ChainMac>) {
        // The first one holds.
        let _ = self.0.chain_mac.set(mac);
    }

    async fn find_chain_key(&self) -> Result<Option<SealedChainKey>, Error> {
        Ok(self.snapshot().audit_log.key.clone())
    }

    async fn add_chain_key(&self, key: &SealedChainKey, mac: Arc<dyn ChainMac>) -> Result<Option<u64>, Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        let adopted = state.audit_log.add_key(key, &*mac);
        if adopted.is_some() {
            self.commit(state);
        }
        Ok(adopted)
    }

    async fn replace_chain_key(&self, former: &SealedSecret, sealed: &SealedSecret) -> Result<(), Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        if let Some(key) = state.audit_log.key.as_mut().filter(|key| key.sealed == *former) {
            key.sealed = sealed.clone();
            self.commit(state);
        }
        Ok(())
    }
}

#[async_trait]
impl AuditRetention for MemoryStorage {
    async fn chains_of_old_entries(
        &self,
        before: Timestamp,
        after: Cursor,
        limit: PageSize,
    ) -> Result<Vec<(Cursor, ChainId)>, Error> {
        Ok(self.snapshot().audit_log.chains_of_old_entries(before, after, limit))
    }

    async fn delete_old_entries(&self, chain: ChainId, before: Timestamp, limit: PageSize) -> Result<Swept, Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        let deleted = state.audit_log.delete_old_entries(self.chain_mac()?, chain, before, limit)?;
        self.commit(state);
        Ok(Swept::Deleted(deleted))
    }
}
