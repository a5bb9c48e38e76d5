//! A few connections that all reads share.
//!
//! Reads are pipelined: each is sent at once, whoever else waits for an answer on the same connection. A few
//! connections keep the server's processes busy, and none is ever waited for, as it would be in a pool. There are no
//! transactions on them.
//!
//! What drives a connection runs on the thread that has opened it. Each thread that reads has connections of its own, as long
//! as there are enough: so a read and its answer wake no other thread.

use std::{cell::Cell, sync::Arc, thread, time::Duration};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tenancy_domain::Error;
use tokio::{sync::Mutex, time::timeout};

use super::{
    connector::Connector,
    dialect::{database_error, lost_connection},
};
use crate::thread_number::thread_number;

/// How long a read may take, from the moment it is asked for. It bounds what a server that went silent can hold up;
/// `statement_timeout` bounds a slow statement.
const DEADLINE: Duration = Duration::from_secs(10);

/// What the server plans reads by. Each has an index that it goes by, in the order that it gives. Of a table that has just
/// been filled there are no statistics yet, and a plan that reads all of it and sorts would seem as cheap, and be kept.
const PLANNING: &str = "SET enable_seqscan = off; SET random_page_cost = 1.1";

/// How many connections each thread has: while the server answers on one, the other takes what comes.
const PER_THREAD: usize = 2;

/// How many connections there are at the most, however many threads read. More of them than the server has cores to answer
/// reads with gain nothing.
const MOST: usize = 16;

thread_local! {
    /// Which of its connections this thread has taken last.
    static TURN: Cell<usize> = const { Cell::new(0) };
}

/// The place of one connection; empty until it is first used, and after the connection was lost.
type Slot = Mutex<Option<Arc<AsyncPgConnection>>>;

pub(super) struct Readers {
    connector: Connector,
    slots: Vec<Slot>,
}

impl Readers {
    pub(super) fn new(connector: Connector) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let slots = (PER_THREAD * threads).clamp(2 * PER_THREAD, MOST);
        Self { connector, slots: (0..slots).map(|_| Slot::default()).collect() }
    }

    /// The place of the connection that is next for this thread.
    fn next_slot(&self) -> &Slot {
        let turn = TURN.get().wrapping_add(1);
        TURN.set(turn);
        &self.slots[(thread_number() * PER_THREAD + turn % PER_THREAD) % self.slots.len()]
    }

    /// Runs a read on the next connection. When that turns out to be gone, a new one takes its place, and the read is
    /// repeated there once.
    pub(super) async fn read<T, F>(&self, read: impl Fn(Arc<AsyncPgConnection>) -> F + Send) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
        T: Send,
    {
        let slot = self.next_slot();
        match self.attempt(slot, &read).await {
            Err(error) if lost_connection(&error) => self.attempt(slot, &read).await,
            result => result,
        }
    }

    async fn attempt<T, F>(&self, slot: &Slot, read: &(impl Fn(Arc<AsyncPgConnection>) -> F + Send)) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
        T: Send,
    {
        let mut used = None;
        let result = timeout(DEADLINE, async {
            let connection = self.connection(slot).await?;
            used = Some(Arc::clone(&connection));
            read(connection).await
        })
        .await;
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                if lost_connection(&error) {
                    discard(slot, used).await;
                }
                Err(error)
            }
            Err(_) => {
                discard(slot, used).await;
                Err(Error::unavailable(anyhow::anyhow!("no answer from the database within {DEADLINE:?}")))
            }
        }
    }

    /// The connection of a slot; a new one where it has none. Who comes meanwhile waits for the same.
    async fn connection(&self, slot: &Slot) -> Result<Arc<AsyncPgConnection>, Error> {
        let mut slot = slot.lock().await;
        if let Some(connection) = &*slot {
            return Ok(Arc::clone(connection));
        }
        let mut connection = self.connector.connect().await.map_err(Error::unavailable)?;
        connection.batch_execute(PLANNING).await.map_err(database_error)?;
        let connection = Arc::new(connection);
        *slot = Some(Arc::clone(&connection));
        Ok(connection)
    }
}

/// Empties the slot, unless someone has already put another connection into it.
async fn discard(slot: &Slot, used: Option<Arc<AsyncPgConnection>>) {
    let mut slot = slot.lock().await;
    if let (Some(current), Some(used)) = (&*slot, used)
        && Arc::ptr_eq(current, &used)
    {
        *slot = None;
    }
}
