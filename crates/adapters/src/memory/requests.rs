//! Requests that may be sent again, in memory.

use std::{
    ops::Bound::{Included, Unbounded},
    sync::Arc,
};

use async_trait::async_trait;
use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    idempotency::{IdempotencyKey, IdempotencyRecord, IdempotencyWriter, KeptAnswer},
};
use uuid::Uuid;

use super::State;

/// The requests, by everything that they are looked up by.
#[derive(Clone, Default)]
pub(super) struct Requests {
    records: HashTrieMapSync<Uuid, Arc<IdempotencyRecord>>,
    by_key: HashTrieMapSync<(ApiKeyId, IdempotencyKey), Uuid>,
    by_age: RedBlackTreeMapSync<(Timestamp, Uuid), ()>,
}

impl Requests {
    fn find(&self, caller: ApiKeyId, key: &IdempotencyKey) -> Option<&Arc<IdempotencyRecord>> {
        self.records.get(self.by_key.get(&(caller, key.clone()))?)
    }

    fn insert(&mut self, record: IdempotencyRecord) {
        self.by_key.insert_mut((record.caller, record.key.clone()), record.id);
        self.by_age.insert_mut((record.created_at, record.id), ());
        self.records.insert_mut(record.id, Arc::new(record));
    }

    fn remove(&mut self, id: Uuid) {
        if let Some(record) = self.records.get(&id).cloned() {
            self.by_key.remove_mut(&(record.caller, record.key.clone()));
            self.by_age.remove_mut(&(record.created_at, id));
            self.records.remove_mut(&id);
        }
    }

    /// Writes what `answer` makes of the record with this id.
    fn set_answer(&mut self, id: Uuid, answer: Option<KeptAnswer>) -> Result<(), Error> {
        let record = self.records.get(&id);
        let record = record.ok_or_else(|| Error::internal(anyhow::anyhow!("there is no request {id}")))?;
        self.records.insert_mut(id, Arc::new(IdempotencyRecord { answer, ..IdempotencyRecord::clone(record) }));
        Ok(())
    }

    /// The records of the answers that hold a secret of this API key.
    fn with_secrets_of(&self, key: ApiKeyId) -> Vec<Uuid> {
        let holds = |record: &&Arc<IdempotencyRecord>| {
            let secret = record.answer.as_ref().and_then(|answer| answer.secret.as_ref());
            secret.is_some_and(|secret| secret.of == key)
        };
        self.records.values().filter(holds).map(|record| record.id).collect()
    }

    /// Removes the records of the answers that hold a secret of this API key.
    pub(super) fn remove_with_secrets_of(&mut self, key: ApiKeyId) {
        for id in self.with_secrets_of(key) {
            self.remove(id);
        }
    }

    /// Removes up to `limit` records that were made at `over` or before, the oldest first, and tells how many.
    pub(super) fn forget(&mut self, over: Timestamp, limit: u16) -> u64 {
        let old = self.by_age.range((Unbounded, Included((over, Uuid::max()))));
        let old: Vec<Uuid> = old.map(|((_, id), ())| *id).take(usize::from(limit)).collect();
        for id in &old {
            self.remove(*id);
        }
        old.len() as u64
    }
}

#[async_trait]
impl IdempotencyWriter for State {
    async fn begin_request(
        &mut self,
        record: &IdempotencyRecord,
        over: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, Error> {
        // This unit of work is the only one that runs: there is none to wait for.
        if let Some(former) = self.requests.find(record.caller, &record.key).cloned() {
            if former.created_at > over {
                return Ok(Some(IdempotencyRecord::clone(&former)));
            }
            self.requests.remove(former.id);
        }
        self.requests.insert(record.clone());
        Ok(None)
    }

    async fn keep_answer(&mut self, record: Uuid, answer: &KeptAnswer) -> Result<(), Error> {
        self.requests.set_answer(record, Some(answer.clone()))
    }

    async fn erase_answers_with_secrets_of(&mut self, key: ApiKeyId) -> Result<(), Error> {
        for id in self.requests.with_secrets_of(key) {
            self.requests.set_answer(id, None)?;
        }
        Ok(())
    }
}
