//! `migrate`: brings the database's schema up to date.

use std::io::Write;

use crate::{settings::Settings, storage::Storage};

/// Runs the migrations that the database lacks. Several processes may do this at once on PostgreSQL.
///
/// # Errors
/// When the database cannot be opened or a migration fails.
pub(super) async fn run(settings: &Settings, output: &mut impl Write) -> anyhow::Result<()> {
    let storage = Storage::open(settings).await?;
    match storage.migrate().await? {
        0 => writeln!(output, "the schema is up to date")?,
        1 => writeln!(output, "the schema is up to date: 1 migration was run")?,
        count => writeln!(output, "the schema is up to date: {count} migrations were run")?,
    }
    Ok(())
}
