//! What a revocation would come to.

use super::ApiKeyService;
use crate::{
    affected::Affected,
    authorization::{Act, ApiKeysWrite, Grant},
    error::Error,
    ids::ApiKeyId,
};

impl ApiKeyService {
    /// What [`ApiKeyService::revoke`] would end: the key, unless it is revoked already. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`ApiKeyService::revoke`].
    pub async fn rehearse_revocation(&self, grant: &Grant<ApiKeysWrite>, id: ApiKeyId) -> Result<Affected, Error> {
        let key = self.0.repository.find_api_key(grant.tenant_scope(), id).await?;
        self.0.access.standing_for(grant, key.owner).await?.require_for(key.owner, Act::Write)?;
        grant.require_unchanged(&key)?;
        Ok(Affected { api_keys: u64::from(key.revoked_at.is_none()), ..Affected::default() })
    }
}
