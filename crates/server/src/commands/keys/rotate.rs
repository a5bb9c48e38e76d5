//! `keys rotate`: gives a key a new secret and prints it, once.

use std::io::Write;

use tenancy_domain::{
    api_keys::ApiKeyService,
    authorization::{ApiKeysWrite, Caller},
};

use super::show;
use crate::{cli::RotateKey, operator_error::OperatorResult};

/// Rotates the key and prints its new secret.
///
/// # Errors
/// When there is no such key, or its state forbids it; and those of the storage.
pub(super) async fn run(api_keys: &ApiKeyService, arguments: RotateKey, output: &mut impl Write) -> anyhow::Result<()> {
    let grant = Caller::command_line().authorize::<ApiKeysWrite>().for_operator()?;
    let issued = api_keys.rotate(&grant, arguments.id, arguments.grace_period_seconds).await.for_operator()?;
    Ok(show(&issued, arguments.json, output)?)
}
