//! `keys revoke`: ends a key, for good.

use std::io::Write;

use tenancy_domain::{
    ApiKeyId,
    api_keys::ApiKeyService,
    authorization::{ApiKeysWrite, Caller},
};

use crate::operator_error::OperatorResult;

/// Revokes the key; one that is revoked already stays as it is.
///
/// # Errors
/// When there is no such key; and those of the storage.
pub(super) async fn run(api_keys: &ApiKeyService, id: ApiKeyId, output: &mut impl Write) -> anyhow::Result<()> {
    let grant = Caller::command_line().authorize::<ApiKeysWrite>().for_operator()?;
    let key = api_keys.revoke(&grant, id).await.for_operator()?;
    let since = key.revoked_at.map(|time| format!(" since {time}")).unwrap_or_default();
    writeln!(output, "{} ({}) is revoked{since}", key.id, key.name)?;
    Ok(())
}
