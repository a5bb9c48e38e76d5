//! API keys in memory.

use std::sync::Arc;

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    ApiKeyId, Error, ResourceType, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyWriter, Credential, SecretHash},
    authorization::TenantScope,
    owners::{Holder, Owner},
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
    secrets: HashTrieMapSync<ApiKeyId, Secrets>,
    /// Whose every secret is, or was: one that has ended is never given out again.
    by_hash: HashTrieMapSync<SecretHash, ApiKeyId>,
    ordered: Rows<ApiKey>,
}

/// The secrets of one key that have not ended with a rotation.
#[derive(Clone)]
struct Secrets {
    own: SecretHash,
    /// The one before, and until when it works.
    former: Option<(SecretHash, Timestamp)>,
}

impl ApiKeys {
    fn insert(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        if self.by_id.contains_key(&key.id) {
            return Err(Error::internal(anyhow::anyhow!("there is an API key {} already", key.id)));
        }
        self.take(hash, key.id)?;
        self.secrets.insert_mut(key.id, Secrets { own: *hash, former: None });
        self.put(key.clone());
        Ok(())
    }

    fn update(&mut self, key: &ApiKey) -> Result<(), Error> {
        let former = self.by_id.get(&key.id).ok_or(Error::NotFound(ResourceType::ApiKey))?;
        let last_used_at = former.last_used_at;
        self.put(ApiKey { last_used_at, ..key.clone() });
        Ok(())
    }

    fn replace_secret(
        &mut self,
        id: ApiKeyId,
        hash: &SecretHash,
        former_until: Option<Timestamp>,
    ) -> Result<(), Error> {
        let former = self.secrets.get(&id).ok_or(Error::NotFound(ResourceType::ApiKey))?.own;
        self.take(hash, id)?;
        self.secrets.insert_mut(id, Secrets { own: *hash, former: former_until.map(|until| (former, until)) });
        Ok(())
    }

    /// Notes whose a new secret is.
    fn take(&mut self, hash: &SecretHash, id: ApiKeyId) -> Result<(), Error> {
        if self.by_hash.contains_key(hash) {
            return Err(Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" });
        }
        self.by_hash.insert_mut(*hash, id);
        Ok(())
    }

    /// Puts a row into every index, in the place of the one that it had: where a key stands never changes.
    fn put(&mut self, key: ApiKey) {
        let row = Arc::new(key);
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id, row);
    }

    /// How many keys there are of the owners that are `chosen`, whatever their state.
    pub(super) fn count_where(&self, chosen: impl Fn(Owner) -> bool) -> usize {
        self.ordered.values().filter(|key| chosen(key.owner)).count()
    }

    /// Removes the keys of the owners that are `chosen` with all their secrets, and gives the keys.
    fn remove_where(&mut self, chosen: impl Fn(Owner) -> bool) -> Vec<ApiKey> {
        let keys: Vec<ApiKey> =
            self.ordered.values().filter(|key| chosen(key.owner)).map(|key| ApiKey::clone(key)).collect();
        for key in &keys {
            self.ordered.remove_mut(&key.position());
            self.by_id.remove_mut(&key.id);
            self.secrets.remove_mut(&key.id);
        }
        let is_removed = |(_, id): &(&SecretHash, &ApiKeyId)| keys.iter().any(|key| key.id == **id);
        let hashes: Vec<SecretHash> = self.by_hash.iter().filter(is_removed).map(|(hash, _)| *hash).collect();
        for hash in hashes {
            self.by_hash.remove_mut(&hash);
        }
        keys
    }

    /// Notes when keys were last used.
    pub(super) fn record_uses(&mut self, uses: &[(ApiKeyId, Timestamp)]) {
        for (id, time) in uses {
            if let Some(key) = self.by_id.get(id) {
                let last_used_at = key.last_used_at.max(Some(*time));
                self.put(ApiKey { last_used_at, ..ApiKey::clone(key) });
            }
        }
    }
}

impl State {
    /// Removes the keys of the owners that are `chosen`, with all that has their secrets, and gives the keys.
    pub(super) fn remove_api_keys(&mut self, chosen: impl Fn(Owner) -> bool) -> Vec<ApiKey> {
        let keys = self.api_keys.remove_where(chosen);
        for key in &keys {
            self.requests.remove_with_secrets_of(key.id);
        }
        keys
    }

    /// What is known of the secret with this hash. No scope bounds it: it is what authentication asks.
    pub(super) fn find_credential(&self, hash: &SecretHash) -> Option<Credential> {
        let id = self.api_keys.by_hash.get(hash)?;
        let secrets = self.api_keys.secrets.get(id)?;
        let valid_until = if secrets.own == *hash {
            None
        } else {
            // A secret that is neither this nor that has ended.
            let (_, until) = secrets.former.filter(|(former, _)| former == hash)?;
            Some(until)
        };
        let key = self.api_keys.by_id.get(id).map(|key| ApiKey::clone(key))?;
        Some(Credential { owner_state: self.state_of(key.owner), key, valid_until })
    }

    /// The key with this id within `scope`.
    pub(super) fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.api_keys
            .by_id
            .get(&id)
            .filter(|key| self.has_things_of(scope, key.owner))
            .map(|key| ApiKey::clone(key))
            .ok_or(Error::NotFound(ResourceType::ApiKey))
    }

    /// A page of the keys within `scope` that `filter` lets through.
    pub(super) fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Page<ApiKey> {
        let passes = |owner: Owner| match filter {
            ApiKeyFilter::All => true,
            ApiKeyFilter::OwnerType(kind) => owner.owner_type() == kind,
            ApiKeyFilter::Owner(one) => owner == one,
        };
        page(&self.api_keys.ordered, request, |key| {
            (passes(key.owner) && self.has_things_of(scope, key.owner)).then(|| key.clone())
        })
    }
}

#[async_trait]
impl ApiKeyWriter for State {
    async fn count_api_keys(&mut self, holder: Holder) -> Result<u64, Error> {
        let counts = |key: &&Arc<ApiKey>| key.owner.holder() == Some(holder) && key.revoked_at.is_none();
        Ok(self.api_keys.by_id.values().filter(counts).count() as u64)
    }

    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        // This unit of work is the only one that runs.
        self.find_api_key(scope, id)
    }

    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        self.api_keys.insert(key, hash)
    }

    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        self.api_keys.update(key)
    }

    async fn replace_api_key_secret(
        &mut self,
        id: ApiKeyId,
        hash: &SecretHash,
        former_until: Option<Timestamp>,
    ) -> Result<(), Error> {
        self.api_keys.replace_secret(id, hash, former_until)
    }
}
