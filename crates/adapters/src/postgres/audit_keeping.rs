//! What is done to the audit log in a transaction that is no unit of work.

use std::{sync::Arc, time::Duration};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Bool},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tenancy_domain::{
    Error, Timestamp,
    audit_log::{ChainId, ChainMac, SealedChainKey, Swept},
    pagination::PageSize,
};

use super::{
    PostgresStorage,
    dialect::database_error,
    repositories::{audit_keys, audit_retention},
    writers::{End, Lease, within},
};

/// The key of the advisory lock that a part of a sweep holds: the letters `audit` as a number.
const SWEEP: i64 = 0x0061_7564_6974;
/// How long a part of a sweep may take.
const SWEEPING: Duration = Duration::from_secs(10);
/// How long it may take to adopt all chains: once in the life of a database, before anything is served from it.
const ADOPTING: Duration = Duration::from_hours(1);

impl PostgresStorage {
    pub(super) async fn adopt_chains(
        &self,
        key: &SealedChainKey,
        mac: Arc<dyn ChainMac>,
    ) -> Result<Option<u64>, Error> {
        let lease = self.0.writers.lease().await?;
        within(ADOPTING, async move {
            // Whoever else adopts them at this moment is waited for, however long that takes.
            let added = match lease.begin("BEGIN; SET LOCAL lock_timeout = 0").await {
                Ok(()) => audit_keys::add(lease.connection()?, key, &*mac).await,
                Err(error) => Err(error),
            };
            lease.end(added.map(|adopted| (adopted, End::COMMIT))).await
        })
        .await
    }

    pub(super) async fn sweep(&self, chain: ChainId, before: Timestamp, limit: PageSize) -> Result<Swept, Error> {
        let mac = self.0.chain_mac.get().map(|mac| &**mac);
        let lease = self.0.writers.lease().await?;
        within(SWEEPING, async move {
            let swept = sweep(&lease, mac, chain, before, limit).await;
            lease.end(swept.map(|swept| (swept, End::COMMIT))).await
        })
        .await
    }
}

async fn sweep(
    lease: &Lease,
    mac: Option<&dyn ChainMac>,
    chain: ChainId,
    before: Timestamp,
    limit: PageSize,
) -> Result<Swept, Error> {
    lease.begin("BEGIN").await?;
    let connection = lease.connection()?;
    if !is_alone(connection).await? {
        return Ok(Swept::ByAnother);
    }
    audit_retention::delete(connection, mac, chain, before, limit).await.map(Swept::Deleted)
}

/// Takes the lock of the sweep until the transaction ends, unless another instance has it.
async fn is_alone(mut connection: &AsyncPgConnection) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Lock {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }

    let query = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS taken").bind::<BigInt, _>(SWEEP);
    let lock: Lock = query.get_result(&mut connection).await.map_err(database_error)?;
    Ok(lock.taken)
}
