//! Dynamic providers in memory.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    Error, ProviderId, ResourceType,
    authorization::TenantScope,
    owners::{Holder, Owner},
    pagination::{Page, PageRequest, Positioned},
    providers::{DynamicProvider, ProviderFilter, ProviderName, ProviderOwner, ProviderWriter, SealedApiKey},
    sealing::{MasterKeyId, SealedSecret, SealingContext, StoredSecret},
};

use super::{
    State,
    list::{Rows, page},
};

/// The providers, by everything that they are looked up by.
#[derive(Clone, Default)]
pub(super) struct Providers {
    by_id: HashTrieMapSync<ProviderId, Arc<DynamicProvider>>,
    by_name: HashTrieMapSync<(ProviderOwner, ProviderName), ProviderId>,
    ordered: Rows<DynamicProvider>,
}

impl Providers {
    fn insert(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        if self.by_id.contains_key(&provider.id) {
            return Err(Error::internal(anyhow::anyhow!("there is a dynamic provider {} already", provider.id)));
        }
        self.write(provider)
    }

    fn update(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        let former = Arc::clone(self.get(provider.id)?);
        self.write(provider)?;
        if former.name != provider.name {
            self.by_name.remove_mut(&(former.owner, former.name.clone()));
        }
        Ok(())
    }

    fn remove(&mut self, id: ProviderId) -> Result<(), Error> {
        let former = Arc::clone(self.get(id)?);
        self.by_name.remove_mut(&(former.owner, former.name.clone()));
        self.ordered.remove_mut(&former.position());
        self.by_id.remove_mut(&id);
        Ok(())
    }

    fn get(&self, id: ProviderId) -> Result<&Arc<DynamicProvider>, Error> {
        self.by_id.get(&id).ok_or(Error::NotFound(ResourceType::DynamicProvider))
    }

    /// Puts a row into every index, in the place of the one that it had, unless another has its name.
    fn write(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        let name = (provider.owner, provider.name.clone());
        if self.by_name.get(&name).is_some_and(|id| *id != provider.id) {
            return Err(Error::AlreadyExists { resource: ResourceType::DynamicProvider, field: "name" });
        }
        self.by_name.insert_mut(name, provider.id);
        let row = Arc::new(provider.clone());
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id, row);
        Ok(())
    }

    /// How many providers there are of the owners that are `chosen`.
    pub(super) fn count_where(&self, chosen: impl Fn(Owner) -> bool) -> usize {
        self.ordered.values().filter(|provider| chosen(provider.owner.into())).count()
    }

    /// Removes the providers of the owners that are `chosen`, and gives them.
    pub(super) fn remove_where(&mut self, chosen: impl Fn(Owner) -> bool) -> Result<Vec<DynamicProvider>, Error> {
        let theirs = self.ordered.values().filter(|provider| chosen(provider.owner.into()));
        let removed: Vec<_> = theirs.map(|provider| DynamicProvider::clone(provider)).collect();
        removed.iter().try_for_each(|provider| self.remove(provider.id))?;
        Ok(removed)
    }

    /// Every sealed key, by the id of its provider.
    fn secrets(&self) -> BTreeMap<ProviderId, StoredSecret> {
        let secret = |provider: &Arc<DynamicProvider>| {
            let place = DynamicProvider::place_of_key(provider.id, provider.owner);
            let SealedApiKey { sealed, .. } = provider.api_key.clone()?;
            Some((provider.id, StoredSecret { place, sealed }))
        };
        self.by_id.values().filter_map(secret).collect()
    }

    /// How many keys are sealed under each master key.
    pub(super) fn count_secrets(&self) -> BTreeMap<MasterKeyId, u64> {
        let mut counts = BTreeMap::new();
        for secret in self.secrets().into_values() {
            *counts.entry(secret.sealed.master_key_id()).or_default() += 1;
        }
        counts
    }

    /// The first keys that are sealed under `master_key` and come after a place. There is but one table of them.
    pub(super) fn secrets_under(
        &self,
        master_key: MasterKeyId,
        after: Option<SealingContext>,
        limit: u16,
    ) -> Vec<StoredSecret> {
        let comes_after = |secret: &StoredSecret| after.is_none_or(|after| secret.place.row_id > after.row_id);
        let secrets = self.secrets().into_values();
        let found = secrets.filter(|secret| secret.sealed.master_key_id() == master_key && comes_after(secret));
        found.take(limit.into()).collect()
    }

    /// Puts `new` in the place of a sealed key that is there as it is given; tells whether it was.
    pub(super) fn replace_secret(&mut self, former: &StoredSecret, new: &SealedSecret) -> bool {
        let id = ProviderId::new(former.place.row_id);
        let Some(row) = self.by_id.get(&id) else { return false };
        let is_place = DynamicProvider::place_of_key(id, row.owner) == former.place;
        let Some(key) = row.api_key.as_ref().filter(|key| is_place && key.sealed == former.sealed) else {
            return false;
        };
        let api_key = Some(SealedApiKey { sealed: new.clone(), ..key.clone() });
        let row = Arc::new(DynamicProvider { api_key, ..DynamicProvider::clone(row) });
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(id, row);
        true
    }
}

impl State {
    /// The provider with this id within `scope`.
    pub(super) fn find_provider(&self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
        let found = self.providers.by_id.get(&id).filter(|provider| self.has_things_of(scope, provider.owner.into()));
        let found = found.ok_or(Error::NotFound(ResourceType::DynamicProvider))?;
        Ok(DynamicProvider::clone(found))
    }

    /// A page of the providers within `scope` that `filter` lets through.
    pub(super) fn list_providers(
        &self,
        scope: TenantScope,
        filter: ProviderFilter,
        request: &PageRequest,
    ) -> Page<DynamicProvider> {
        let passes = |owner: Owner| match filter {
            ProviderFilter::All => true,
            ProviderFilter::Owner(one) => owner == one,
        };
        page(&self.providers.ordered, request, |provider| {
            let owner = provider.owner.into();
            (passes(owner) && self.has_things_of(scope, owner)).then(|| provider.clone())
        })
    }
}

#[async_trait]
impl ProviderWriter for State {
    async fn count_providers(&mut self, holder: Holder) -> Result<u64, Error> {
        let counts = |provider: &&Arc<DynamicProvider>| provider.owner.owner().holder() == Some(holder);
        Ok(self.providers.by_id.values().filter(counts).count() as u64)
    }

    async fn lock_provider(&mut self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
        // This unit of work is the only one that runs.
        self.find_provider(scope, id)
    }

    async fn insert_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        self.providers.insert(provider)
    }

    async fn update_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        self.providers.update(provider)
    }

    async fn delete_provider(&mut self, id: ProviderId) -> Result<(), Error> {
        self.providers.remove(id)
    }
}
