//! The migrations of SQLite, which run by themselves when the file is opened.

use std::path::Path;

use diesel::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::dialect::{Db, is_damage};
use crate::{OpenError, sql::migrations::newer_than_known};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Runs what is pending, each migration in a transaction of its own.
pub(super) fn run(file: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    refuse_newer(file, connection)?;
    connection.run_pending_migrations(MIGRATIONS).map_err(|error| OpenError::Migration(error.to_string()))?;
    Ok(())
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
