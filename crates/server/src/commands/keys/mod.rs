//! `keys`: API keys, beside the API; how an installation on PostgreSQL comes by its first one.

mod create;
mod list;
mod revoke;
mod view;

use std::io::Write;

use crate::{cli::KeysCommand, settings::Settings, storage::Storage};

/// Runs one of the commands.
///
/// # Errors
/// When the database cannot be opened, and those of each command.
pub(super) async fn run(settings: &Settings, command: KeysCommand, output: &mut impl Write) -> anyhow::Result<()> {
    match command {
        KeysCommand::List { json } => list::run(&Storage::open_read_only(settings).await?, json, output).await,
        KeysCommand::Create(arguments) => create::run(&open(settings).await?, arguments, output).await,
        KeysCommand::Revoke { id } => revoke::run(&open(settings).await?, id, output).await,
    }
}

async fn open(settings: &Settings) -> anyhow::Result<Storage> {
    let storage = Storage::open(settings).await?;
    storage.require_current_schema().await?;
    Ok(storage)
}
