//! Storage in memory: the ports as a program that can be read, and what importers test their own code with.
//!
//! All that is kept is one state of persistent maps: a copy of it costs next to nothing and shares what did not
//! change. A unit of work writes to a copy of its own, and committing it puts the copy in the place of the state it came
//! from. Readers take the committed state as it stands, so they wait for nobody, see one moment throughout, and never
//! see what is not committed. Units of work run one after another, which locks every row that they lock, and more.

mod api_keys;
mod audit_log;
mod list;
mod organizations;

use std::{
    fmt, mem,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    audit_log::{AuditEntry, AuditLogRepository, ChainHead, ChainId},
    authorization::TenantScope,
    organizations::{Deleted, Organization, OrganizationRef, OrganizationRepository},
    pagination::{Page, PageRequest, PageSize},
    ports::{NotReady, StorageHealth},
    unit_of_work::{Outcome, UnitOfWork, Work},
};
use tokio::sync::Mutex;

use self::{api_keys::ApiKeys, audit_log::AuditLog, organizations::Organizations};

/// Storage in memory. Cloning it gives another handle to the same; what it holds ends with the last one.
#[derive(Clone, Default)]
pub struct MemoryStorage(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Held by the unit of work, or other write, whose turn it is. A lock of the runtime, since it is held while the unit's work is
    /// awaited: who waits for it gives the thread away.
    turn: Mutex<()>,
    /// Held only while a pointer is copied or exchanged.
    committed: RwLock<Arc<State>>,
}

/// All that is kept at one moment. Within a unit of work it is the unit's own, and the unit's transaction.
#[derive(Clone, Default)]
struct State {
    organizations: Organizations,
    api_keys: ApiKeys,
    audit_log: AuditLog,
}

impl MemoryStorage {
    /// A storage with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is committed at this moment.
    fn snapshot(&self) -> Arc<State> {
        // The state is exchanged whole, so a panic elsewhere leaves none that is half written.
        Arc::clone(&self.0.committed.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn commit(&self, state: State) {
        let state = Arc::new(state);
        let former = mem::replace(&mut *self.0.committed.write().unwrap_or_else(PoisonError::into_inner), state);
        // Only here, with the lock given back: it may be the last to let go of what is no longer needed.
        drop(former);
    }
}

impl fmt::Debug for MemoryStorage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryStorage").finish_non_exhaustive()
    }
}

#[async_trait]
impl OrganizationRepository for MemoryStorage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        self.snapshot().organizations.find(scope, reference, deleted)
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        Ok(self.snapshot().organizations.list(scope, request, deleted))
    }
}

#[async_trait]
impl ApiKeyRepository for MemoryStorage {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        Ok(self.snapshot().find_credential(hash))
    }

    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.snapshot().find_api_key(scope, id)
    }

    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        Ok(self.snapshot().list_api_keys(scope, filter, request))
    }

    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        state.api_keys.record_uses(uses);
        self.commit(state);
        Ok(())
    }
}

#[async_trait]
impl AuditLogRepository for MemoryStorage {
    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<(ChainId, ChainHead)>, Error> {
        Ok(self.snapshot().audit_chains(scope, after, limit))
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.snapshot().audit_entries(scope, chain, after, limit))
    }
}

#[async_trait]
impl UnitOfWork for MemoryStorage {
    async fn run(&self, work: Work) -> Result<(), Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        match work(&mut state).await? {
            Outcome::Changed((), record) => {
                state.audit_log.append(record);
                self.commit(state);
            }
            // Nothing of the unit's state stays.
            Outcome::Unchanged(()) => {}
        }
        Ok(())
    }
}

#[async_trait]
impl StorageHealth for MemoryStorage {
    async fn ready(&self) -> Result<(), NotReady> {
        Ok(())
    }
}
