//! `keys create`: makes a key and prints it, once.

use std::io::Write;

use tenancy_domain::{
    api_keys::NewApiKey,
    authorization::{ApiKeysWrite, Caller, Scopes},
};

use super::view;
use crate::{cli::CreateKey, operator_error::OperatorResult, storage::Storage};

/// Prints the key alone, for scripts to take; with `--json` all that is known of it.
///
/// # Errors
/// When there are too many scopes or the expiry does not lie ahead; and those of the storage.
pub(super) async fn run(storage: &Storage, arguments: CreateKey, output: &mut impl Write) -> anyhow::Result<()> {
    let CreateKey { owner, name, scopes, expires_at, json } = arguments;
    let scopes = Scopes::new(scopes).map_err(|violation| violation.of("scopes")).for_operator()?;
    let grant = Caller::command_line().authorize::<ApiKeysWrite>().for_operator()?;
    let new = NewApiKey { name, owner, scopes, expires_at };
    let issued = storage.ports().api_key_service().create(&grant, new).await.for_operator()?;
    if json {
        let mut shown = view::json(&issued.key);
        shown["key"] = issued.secret.expose().into();
        writeln!(output, "{shown:#}")?;
    } else {
        writeln!(output, "{}", issued.secret.expose())?;
    }
    Ok(())
}
