//! The migrations of PostgreSQL.

use diesel::{RunQueryDsl, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _, async_connection_wrapper::AsyncConnectionWrapper};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tenancy_domain::Error;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{
    connector::Connector,
    dialect::{Db, database_error},
    repositories::backfill,
};
use crate::{
    OpenError,
    sql::migrations::{in_words, newer_than_known, versions},
};

// By the link beside the manifest, so that the package of this crate has them as well.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The key of the advisory lock: the letters `tenancy` as a number. Instances that start together migrate one after
/// another, and all but the first find nothing to do.
const LOCK: i64 = 0x0074_656e_616e_6379;

/// The versions that this program knows.
pub(super) fn known() -> Vec<String> {
    versions::<Db>(&MIGRATIONS)
}

/// Runs what is pending, gives rows what they lack from before it, and gives the number of migrations.
pub(super) async fn run(connector: &Connector) -> Result<usize, OpenError> {
    let run = migrate(connector).await?;
    let connection = connector.connect().await?;
    while backfill_step(&connection).await.map_err(|error| OpenError::Migration(in_words(&error)))? {}
    Ok(run)
}

/// The next step in a transaction of its own: one that is cut off goes on where it was, and instances that start together
/// take turns.
async fn backfill_step(connection: &AsyncPgConnection) -> Result<bool, Error> {
    let execute = async |statement: &str| (&mut &*connection).batch_execute(statement).await.map_err(database_error);
    execute("BEGIN").await?;
    let step = backfill::step(connection).await;
    execute(if step.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    step
}

/// Runs what is pending and gives its number.
async fn migrate(connector: &Connector) -> Result<usize, OpenError> {
    // A connection of its own, closed at the end: so the lock is released whatever happens.
    let connection = connector.connect().await?;
    let runtime = Handle::current();
    // The harness blocks, and must not do so on a thread of the runtime.
    let migrated = spawn_blocking(move || {
        let _runtime = runtime.enter();
        run_blocking(connection)
    });
    migrated.await.map_err(|error| OpenError::Migration(error.to_string()))?
}

fn run_blocking(connection: AsyncPgConnection) -> Result<usize, OpenError> {
    let failed = |error: &dyn std::fmt::Display| OpenError::Migration(error.to_string());
    let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.into();
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(&mut connection)
        .map_err(|error| failed(&error))?;
    let applied = connection.applied_migrations().map_err(|error| failed(&error))?;
    if let Some(version) = newer_than_known::<Db>(&MIGRATIONS, &applied) {
        return Err(OpenError::Newer(version));
    }
    let run = connection.run_pending_migrations(MIGRATIONS).map_err(|error| failed(&error))?;
    Ok(run.len())
}
