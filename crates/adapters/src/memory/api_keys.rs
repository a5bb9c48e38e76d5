//! API keys in memory.

use std::sync::Arc;

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    ApiKeyId, Error, ResourceType,
    api_keys::{ApiKey, ApiKeyWriter, SecretHash},
    authorization::{Reach, TenantScope},
    pagination::{Page, PageRequest, Positioned},
};

use super::{
    State,
    list::{Rows, page},
};

/// The keys, by everything that they are looked up by.
#[derive(Clone, Default)]
pub(super) struct ApiKeys {
    by_id: HashTrieMapSync<ApiKeyId, Arc<ApiKey>>,
    /// Leads to the id: a key is written without its hash, which never changes.
    by_hash: HashTrieMapSync<SecretHash, ApiKeyId>,
    ordered: Rows<ApiKey>,
}

impl ApiKeys {
    /// The key whose secret has this hash. No scope bounds it: it is what authentication asks.
    pub(super) fn find_by_hash(&self, hash: &SecretHash) -> Option<ApiKey> {
        let id = self.by_hash.get(hash)?;
        self.by_id.get(id).map(|key| ApiKey::clone(key))
    }

    /// A page of the keys within `scope`.
    pub(super) fn list(&self, scope: TenantScope, request: &PageRequest) -> Page<ApiKey> {
        match scope.reach() {
            Reach::Everything => {}
        }
        page(&self.ordered, request)
    }

    fn find(&self, scope: TenantScope, id: ApiKeyId) -> Result<&Arc<ApiKey>, Error> {
        match scope.reach() {
            Reach::Everything => {}
        }
        self.by_id.get(&id).ok_or(Error::NotFound(ResourceType::ApiKey))
    }

    fn insert(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        if self.by_id.contains_key(&key.id) {
            return Err(Error::internal(anyhow::anyhow!("there is an API key {} already", key.id)));
        }
        if self.by_hash.contains_key(hash) {
            return Err(Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" });
        }
        self.by_hash.insert_mut(*hash, key.id);
        self.put(key);
        Ok(())
    }

    fn update(&mut self, key: &ApiKey) -> Result<(), Error> {
        let former = self.by_id.get(&key.id).ok_or(Error::NotFound(ResourceType::ApiKey))?;
        self.ordered.remove_mut(&former.position());
        self.put(key);
        Ok(())
    }

    fn put(&mut self, key: &ApiKey) {
        let row = Arc::new(key.clone());
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id, row);
    }
}

#[async_trait]
impl ApiKeyWriter for State {
    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        // This unit of work is the only one that runs.
        self.api_keys.find(scope, id).map(|key| ApiKey::clone(key))
    }

    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        self.api_keys.insert(key, hash)
    }

    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        self.api_keys.update(key)
    }
}
