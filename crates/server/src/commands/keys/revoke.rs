//! `keys revoke`: ends a key, for good.

use std::io::Write;

use tenancy_domain::{
    ApiKeyId,
    authorization::{ApiKeysWrite, Caller},
};

use crate::{operator_error::OperatorResult, storage::Storage};

/// Revokes the key; one that is revoked already stays as it is.
///
/// # Errors
/// When there is no such key; and those of the storage.
pub(super) async fn run(storage: &Storage, id: ApiKeyId, output: &mut impl Write) -> anyhow::Result<()> {
    let grant = Caller::command_line().authorize::<ApiKeysWrite>().for_operator()?;
    let key = storage.ports().api_key_service().revoke(&grant, id).await.for_operator()?;
    let since = key.revoked_at.map(|time| format!(" since {time}")).unwrap_or_default();
    writeln!(output, "{} ({}) is revoked{since}", key.id, key.name)?;
    Ok(())
}
