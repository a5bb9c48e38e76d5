//! `keys`: API keys, beside the API; how an installation on PostgreSQL comes by its first one.

mod create;
mod list;
mod revoke;
mod rotate;
mod view;

use std::io::Write;

use tenancy_domain::api_keys::{ApiKeyService, IssuedApiKey};

use crate::{audit_chains, cli::KeysCommand, settings::Settings, storage::Storage};

/// Runs one of the commands.
///
/// # Errors
/// When the database cannot be opened, and those of each command.
pub(super) async fn run(settings: &Settings, command: KeysCommand, output: &mut impl Write) -> anyhow::Result<()> {
    match command {
        KeysCommand::List { json } => {
            let storage = Storage::open_read_only(settings).await?;
            list::run(&service(&storage, settings), json, output).await
        }
        KeysCommand::Create(arguments) => {
            let storage = open(settings).await?;
            create::run(&service(&storage, settings), arguments, output).await
        }
        KeysCommand::Rotate(arguments) => {
            let storage = open(settings).await?;
            rotate::run(&service(&storage, settings), arguments, output).await
        }
        KeysCommand::Revoke { id } => {
            let storage = open(settings).await?;
            revoke::run(&service(&storage, settings), id, output).await
        }
    }
}

fn service(storage: &Storage, settings: &Settings) -> ApiKeyService {
    storage.ports().api_key_service(settings.limit_api_keys)
}

async fn open(settings: &Settings) -> anyhow::Result<Storage> {
    let storage = Storage::open(settings).await?;
    storage.require_current_schema().await?;
    audit_chains::open_for_command(settings, &storage.ports()).await?;
    Ok(storage)
}

/// Prints the secret alone, for scripts to take; with `json` all that is known of the key.
fn show(issued: &IssuedApiKey, json: bool, output: &mut impl Write) -> std::io::Result<()> {
    if json {
        let mut shown = view::json(&issued.key);
        shown["key"] = issued.secret.expose().into();
        writeln!(output, "{shown:#}")
    } else {
        writeln!(output, "{}", issued.secret.expose())
    }
}
