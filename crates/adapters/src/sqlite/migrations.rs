//! The migrations of SQLite, which run by themselves when the file is opened.

use std::path::Path;

use diesel::{SqliteConnection, connection::SimpleConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tenancy_domain::Error;

use super::{
    dialect::{Db, database_error, is_damage, now},
    repositories::backfill,
};
use crate::{
    OpenError,
    sql::migrations::{in_words, newer_than_known},
};

// By the link beside the manifest, so that the package of this crate has them as well.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Runs what is pending, each migration in a transaction of its own, and gives rows what they lack from before it.
pub(super) fn run(file: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    refuse_newer(file, connection)?;
    connection.run_pending_migrations(MIGRATIONS).map_err(|error| OpenError::Migration(error.to_string()))?;
    while backfill_step(connection).map_err(|error| OpenError::Migration(in_words(&error)))? {}
    Ok(())
}

/// The next step in a transaction of its own: one that is cut off goes on where it was.
fn backfill_step(connection: &mut SqliteConnection) -> Result<bool, Error> {
    connection.batch_execute("BEGIN IMMEDIATE").map_err(database_error)?;
    let step = now(backfill::step(connection));
    let end = if step.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.batch_execute(end).map_err(database_error)?;
    step
}

/// Insists that nothing is pending.
pub(super) fn insist_on_current(file: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    refuse_newer(file, connection)?;
    let pending = connection.pending_migrations(MIGRATIONS).map_err(|error| failed(file, &*error))?;
    match pending.first() {
        Some(migration) => {
            Err(OpenError::Migration(format!("{} is pending; start `tenancy serve` once", migration.name())))
        }
        None => Ok(()),
    }
}

fn refuse_newer(file: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let applied = connection.applied_migrations().map_err(|error| failed(file, &*error))?;
    newer_than_known::<Db>(&MIGRATIONS, &applied).map_or(Ok(()), |version| Err(OpenError::Newer(version)))
}

fn failed(file: &Path, error: &(dyn std::error::Error + Send + Sync + 'static)) -> OpenError {
    match error.downcast_ref::<diesel::result::Error>() {
        Some(diesel) if is_damage(diesel) => OpenError::Damaged { file: file.to_owned(), reason: diesel.to_string() },
        _ => OpenError::Migration(error.to_string()),
    }
}
