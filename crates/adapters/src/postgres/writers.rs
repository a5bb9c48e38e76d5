//! The connections that units of work run on, one unit at a time each.

use std::time::Duration;

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, RecycleError, RecycleResult},
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection, pooled_connection::PoolableConnection};
use tenancy_domain::{
    Error,
    api_keys::CredentialNotice,
    unit_of_work::{Outcome, Work},
};
use tokio::time::timeout;

use super::{
    connector::Connector,
    dialect::database_error,
    notices,
    repositories::{SqlTransaction, audit_log},
};
use crate::{OpenError, subscribers::Subscribers};

/// How many connections. Beyond this the server's processes compete more than they gain.
const CONNECTIONS: usize = 16;
/// How long a caller waits for a free connection.
const WAIT: Duration = Duration::from_secs(5);
/// How long making a connection may take.
const CREATE: Duration = Duration::from_secs(5);
/// How long a unit of work may take once it has its connection. It bounds what a server that went silent can hold up.
const DEADLINE: Duration = Duration::from_secs(10);
/// How long a unit of work may wait for another one that holds a lock: so long that there is time left to say so.
const LOCK_WAIT: Duration = Duration::from_secs(8);

pub(super) struct Writers {
    pool: Pool<Connector>,
    subscribers: Subscribers,
}

impl Manager for Connector {
    type Type = AsyncPgConnection;
    type Error = OpenError;

    async fn create(&self) -> Result<AsyncPgConnection, OpenError> {
        self.connect().await
    }

    async fn recycle(&self, connection: &mut AsyncPgConnection, _: &Metrics) -> RecycleResult<OpenError> {
        // Only looks: a query here would double the round trips of a small unit of work.
        if connection.is_broken() { Err(RecycleError::message("the connection is closed")) } else { Ok(()) }
    }
}

impl Writers {
    pub(super) fn new(connector: Connector) -> Result<Self, OpenError> {
        let pool = Pool::builder(connector)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(CREATE))
            .recycle_timeout(Some(CREATE))
            .build()
            .map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self { pool, subscribers: Subscribers::default() })
    }

    /// Who is told at once of what the units of work of this instance end. Of those whose callers go away half-way they
    /// hear as of those of other instances.
    pub(super) fn subscribers(&self) -> &Subscribers {
        &self.subscribers
    }

    /// Runs a unit of work and waits for its commit.
    pub(super) async fn run(&self, work: Work) -> Result<(), Error> {
        let lease = Lease(Some(self.connection().await?));
        let done = timeout(DEADLINE, lease.run(work, &self.subscribers)).await;
        done.unwrap_or_else(|_| {
            Err(Error::unavailable(anyhow::anyhow!("the unit of work was not done within {DEADLINE:?}")))
        })
    }

    /// A connection for what is no change to anyone and leaves no audit entry: notes of the storage's own. Each
    /// statement commits by itself.
    pub(super) async fn connection(&self) -> Result<Object<Connector>, Error> {
        self.pool.get().await.map_err(|error| Error::unavailable(anyhow::anyhow!("{error}")))
    }
}

/// A connection in use. It goes back to the pool only when its transaction has ended: a unit of work that is dropped
/// half-way, by a time-out or a client that went away, takes its connection with it, and the server rolls back.
struct Lease(Option<Object<Connector>>);

impl Lease {
    async fn run(mut self, work: Work, subscribers: &Subscribers) -> Result<(), Error> {
        let Some(connection) = self.0.as_deref() else {
            return Err(Error::internal(anyhow::anyhow!("the connection is gone")));
        };
        let result = transact(connection, work, subscribers).await;
        let at_rest = match &result {
            Ok(()) => true,
            // What failed is undone; where even that fails, the connection is no good.
            Err(_) => (&mut &*connection).batch_execute("ROLLBACK").await.is_ok(),
        };
        if at_rest {
            drop(self.0.take());
        }
        result
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

async fn transact(mut connection: &AsyncPgConnection, work: Work, subscribers: &Subscribers) -> Result<(), Error> {
    connection
        .batch_execute(&format!("BEGIN; SET LOCAL lock_timeout = {}", LOCK_WAIT.as_millis()))
        .await
        .map_err(database_error)?;
    match work(&mut SqlTransaction { conn: connection }).await? {
        Outcome::Changed((), records) => {
            let ended = CredentialNotice::of_all(&records);
            audit_log::append(connection, records).await?;
            let committed = connection.batch_execute(&notices::commit(&ended)).await.map_err(database_error);
            // Also after a failure, which may leave open whether it is committed: to ask once more is never wrong.
            subscribers.tell(&ended);
            committed
        }
        Outcome::Answered((), _) => connection.batch_execute("COMMIT").await.map_err(database_error),
        Outcome::Unchanged(()) => connection.batch_execute("ROLLBACK").await.map_err(database_error),
    }
}
