//! The connections that units of work run on, one unit at a time each.

use std::{borrow::Cow, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{Manager, Metrics, Object, Pool, RecycleError, RecycleResult},
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection, pooled_connection::PoolableConnection};
use tenancy_domain::{
    Error,
    api_keys::CredentialNotice,
    audit_log::ChainMac,
    unit_of_work::{Outcome, Work},
};
use tokio::time::timeout;

use super::{
    connector::Connector,
    dialect::database_error,
    notices,
    repositories::{SqlTransaction, audit_chains},
};
use crate::{OpenError, subscribers::Subscribers};

/// How many connections. Beyond this the server's processes compete more than they gain.
const CONNECTIONS: usize = 16;
/// How long a caller waits for a free connection.
const WAIT: Duration = Duration::from_secs(5);
/// How long making a connection may take.
const CREATE: Duration = Duration::from_secs(5);
/// How long a unit of work may take once it has its connection. It bounds what a server that went silent can hold up.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);
/// How long a unit of work may wait for another one that holds a lock: so long that there is time left to say so.
const LOCK_WAIT: Duration = Duration::from_secs(8);

/// The statements that a transaction ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End(Cow<'static, str>);

impl End {
    pub(super) const COMMIT: Self = Self(Cow::Borrowed("COMMIT"));
    pub(super) const ROLLBACK: Self = Self(Cow::Borrowed("ROLLBACK"));
}

pub(super) struct Writers {
    pool: Pool<Connector>,
    subscribers: Subscribers,
}

impl Manager for Connector {
    type Type = AsyncPgConnection;
    type Error = OpenError;

    async fn create(&self) -> Result<AsyncPgConnection, OpenError> {
        let mut connection = self.connect().await?;
        let bound = format!("SET lock_timeout = {}", LOCK_WAIT.as_millis());
        connection.batch_execute(&bound).await.map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(connection)
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

    /// Runs a unit of work, whose entries are made with `mac`, and waits for its commit.
    pub(super) async fn run(&self, work: Work, mac: Option<Arc<dyn ChainMac>>) -> Result<(), Error> {
        let lease = self.lease().await?;
        within(DEADLINE, async move {
            let mut ended = Vec::new();
            let done = transact(&lease, work, mac.as_deref(), &mut ended).await;
            let committed = lease.end(done).await;
            // Also after a failure, which may leave open whether it is committed: to ask once more is never wrong.
            self.subscribers.tell(&ended);
            committed
        })
        .await
    }

    /// A connection for a transaction.
    pub(super) async fn lease(&self) -> Result<Lease, Error> {
        self.connection().await.map(Some).map(Lease)
    }

    /// A connection for what is no change to anyone and leaves no audit entry: notes of the storage's own. Each
    /// statement commits by itself.
    pub(super) async fn connection(&self) -> Result<Object<Connector>, Error> {
        self.pool.get().await.map_err(|error| Error::unavailable(anyhow::anyhow!("{error}")))
    }
}

/// What `transaction` gives, if it comes to its end within `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    transaction: impl Future<Output = Result<T, Error>> + Send,
) -> Result<T, Error> {
    let late = || Err(Error::unavailable(anyhow::anyhow!("the transaction was not done within {limit:?}")));
    timeout(limit, transaction).await.unwrap_or_else(|_| late())
}

/// A connection in use. It goes back to the pool only when its transaction has ended: a unit of work that is dropped
/// half-way, by a time-out or a client that went away, takes its connection with it, and the server rolls back.
pub(super) struct Lease(Option<Object<Connector>>);

impl Lease {
    /// The connection.
    pub(super) fn connection(&self) -> Result<&AsyncPgConnection, Error> {
        self.0.as_deref().ok_or_else(|| Error::internal(anyhow::anyhow!("the connection is gone")))
    }

    /// Begins the transaction.
    pub(super) async fn begin(&self, begin: &str) -> Result<(), Error> {
        let mut connection = self.connection()?;
        connection.batch_execute(begin).await.map_err(database_error)
    }

    /// Ends the transaction in the way that `done` says, and gives its value back; undoes what failed.
    pub(super) async fn end<T>(mut self, done: Result<(T, End), Error>) -> Result<T, Error> {
        let mut connection = self.connection()?;
        let ended = match done {
            Ok((value, end)) => connection.batch_execute(&end.0).await.map_err(database_error).map(|()| value),
            Err(error) => Err(error),
        };
        // Where even undoing fails, the connection is no good.
        let at_rest = ended.is_ok() || connection.batch_execute("ROLLBACK").await.is_ok();
        if at_rest {
            drop(self.0.take());
        }
        ended
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

async fn transact(
    lease: &Lease,
    work: Work,
    mac: Option<&dyn ChainMac>,
    ended: &mut Vec<CredentialNotice>,
) -> Result<((), End), Error> {
    lease.begin("BEGIN").await?;
    let connection = lease.connection()?;
    match work(&mut SqlTransaction { conn: connection }).await? {
        Outcome::Changed((), records) => {
            let notices = CredentialNotice::of_all(&records);
            audit_chains::append(connection, mac, records).await?;
            let end = notices::commit(&notices);
            *ended = notices;
            Ok(((), End(end)))
        }
        Outcome::Answered((), _) => Ok(((), End::COMMIT)),
        Outcome::Unchanged(()) => Ok(((), End::ROLLBACK)),
    }
}
