//! Storage in memory: the ports as a program that can be read, and what importers test their own code with.
//!
//! All that is kept is one state of persistent maps: a copy of it costs next to nothing and shares what did not
//! change. A unit of work writes to a copy of its own, and committing it puts the copy in the place of the state it came
//! from. Readers take the committed state as it stands, so they wait for nobody, see one moment throughout, and never
//! see what is not committed. Units of work run one after another, which locks every row that they lock, and more.

mod aliases;
mod api_keys;
mod audit_keeping;
mod audit_log;
#[cfg(feature = "sealing")]
mod ephemeral;
mod leases;
mod list;
mod master_keys;
mod members;
mod organizations;
mod owners;
mod projects;
mod providers;
mod readers;
mod requests;
mod scope;
mod slugged;
mod users;

use std::{
    fmt, mem,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    api_keys::{CredentialCache, CredentialNotice, CredentialNotices},
    audit_log::ChainMac,
    organizations::Organization,
    ports::{NotReady, StorageHealth},
    unit_of_work::{Outcome, UnitOfWork, Work},
};
use tokio::sync::Mutex;

#[cfg(feature = "sealing")]
pub use self::ephemeral::{Ephemeral, ephemeral};
use self::{
    aliases::Aliases, api_keys::ApiKeys, audit_log::AuditLog, leases::Leases, master_keys::MasterKeys,
    members::Members, projects::Projects, providers::Providers, requests::Requests, slugged::SluggedRows, users::Users,
};
use crate::subscribers::Subscribers;

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
    /// Who is told of what changes end.
    subscribers: Subscribers,
    /// What the audit chains are made with, once that is told.
    chain_mac: OnceLock<Arc<dyn ChainMac>>,
}

/// All that is kept at one moment. Within a unit of work it is the unit's own, and the unit's transaction.
#[derive(Clone, Default)]
struct State {
    organizations: SluggedRows<Organization>,
    aliases: Aliases,
    projects: Projects,
    users: Users,
    members: Members,
    api_keys: ApiKeys,
    providers: Providers,
    audit_log: AuditLog,
    master_keys: MasterKeys,
    leases: Leases,
    requests: Requests,
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

    fn chain_mac(&self) -> Result<&dyn ChainMac, Error> {
        let mac = self.0.chain_mac.get().map(|mac| &**mac);
        mac.ok_or_else(|| {
            Error::internal(anyhow::anyhow!("the storage was told nothing to make its audit chains with"))
        })
    }

    /// Writes what is no unit of work: whether there is anything to commit is what `write` tells.
    async fn write(&self, write: impl FnOnce(&mut State) -> bool + Send) -> bool {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        let is_changed = write(&mut state);
        if is_changed {
            self.commit(state);
        }
        is_changed
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
impl UnitOfWork for MemoryStorage {
    async fn run(&self, work: Work) -> Result<(), Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        match work(&mut state).await? {
            // Nothing is awaited from here on, so that whoever goes away does so before all of this or after it.
            Outcome::Changed((), records) => {
                let notices = CredentialNotice::of_all(&records);
                state.audit_log.append(self.chain_mac()?, records)?;
                self.commit(state);
                self.0.subscribers.tell(&notices);
            }
            // What it wrote beside the answer is nobody's business: nothing of it stays.
            Outcome::Answered((), _) => {
                let requests = state.requests;
                self.commit(State { requests, ..State::clone(&self.snapshot()) });
            }
            // Nothing of the unit's state stays.
            Outcome::Unchanged(()) => {}
        }
        Ok(())
    }
}

impl CredentialNotices for MemoryStorage {
    fn subscribe(&self, cache: &Arc<CredentialCache>) {
        self.0.subscribers.add(cache);
        // There is no other way to change anything than through this storage.
        cache.trust_always();
    }
}

#[async_trait]
impl StorageHealth for MemoryStorage {
    async fn ready(&self) -> Result<(), NotReady> {
        Ok(())
    }
}
