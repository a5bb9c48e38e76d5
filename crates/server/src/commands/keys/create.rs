//! `keys create`: makes a key and prints it, once.

use std::io::Write;

use tenancy_domain::{
    api_keys::{ApiKeyService, NewApiKey},
    authorization::{ApiKeysWrite, Caller, Scopes},
};

use super::show;
use crate::{cli::CreateKey, operator_error::OperatorResult};

/// Makes the key and prints it.
///
/// # Errors
/// When there is no such owner, there are too many scopes or the expiry does not lie ahead; and those of the storage.
pub(super) async fn run(api_keys: &ApiKeyService, arguments: CreateKey, output: &mut impl Write) -> anyhow::Result<()> {
    let CreateKey { owner, name, scopes, expires_at, json } = arguments;
    let scopes = Scopes::new(scopes).map_err(|violation| violation.of("scopes")).for_operator()?;
    let grant = Caller::command_line().authorize::<ApiKeysWrite>().for_operator()?;
    let new = NewApiKey { name, owner, scopes, expires_at };
    let issued = api_keys.create(&grant, new).await.for_operator()?;
    Ok(show(&issued, json, output)?)
}
