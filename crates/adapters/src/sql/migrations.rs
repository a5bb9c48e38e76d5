//! What both databases ask of their migrations.

use diesel::{
    backend::Backend,
    migration::{Migration, MigrationSource, MigrationVersion},
};
use diesel_migrations::EmbeddedMigrations;
use tenancy_domain::Error;

/// A migration that was applied and that this program does not know: the database was used by a newer one.
pub(crate) fn newer_than_known<DB: Backend>(
    known: &EmbeddedMigrations,
    applied: &[MigrationVersion<'_>],
) -> Option<String> {
    let known = versions::<DB>(known);
    applied.iter().map(ToString::to_string).find(|version| !known.contains(version))
}

/// What kept rows from being given what they lack.
pub(crate) fn in_words(error: &Error) -> String {
    error.cause().map_or_else(|| error.to_string(), ToString::to_string)
}

/// The versions that this program knows.
pub(crate) fn versions<DB: Backend>(known: &EmbeddedMigrations) -> Vec<String> {
    let migrations: Vec<Box<dyn Migration<DB>>> = known.migrations().unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
}
