//! The system key that there is to be from the first day on.

use super::{ApiKey, ApiKeySecret, ApiKeyService, NewApiKey, Rejection};
use crate::{
    authorization::{ApiKeysWrite, Grant, Scope, Scopes},
    display_name::DisplayName,
    error::Error,
    idempotency::Repeatable,
    owners::{Owner, OwnerRef},
};

impl ApiKeyService {
    /// Sees to it that this very secret is that of a system key which may do everything, and makes the key when there
    /// is none. Several instances may ask at once.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key is there but works no more, since it was revoked, has expired, or was given another
    /// secret: it must not come back by a restart; and when it may do less than everything.
    pub async fn ensure_system_key(
        &self,
        grant: &Grant<ApiKeysWrite>,
        name: DisplayName,
        secret: &ApiKeySecret,
    ) -> Result<ApiKey, Error> {
        let hash = secret.hash();
        let credential = if let Some(credential) = self.0.repository.find_credential(&hash).await? {
            credential
        } else {
            let new = NewApiKey { name, owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None };
            let (service, grant, secret) = (self.clone(), grant.clone(), secret.clone());
            let insert = |attempt| async move { service.insert(attempt, grant, new, secret).await };
            match Repeatable::new(insert).await {
                // Another instance was faster; or the secret is one that a key had.
                Err(Error::AlreadyExists { .. }) => {
                    let replaced = || Error::Conflict("this key was given another secret".into());
                    self.0.repository.find_credential(&hash).await?.ok_or_else(replaced)?
                }
                inserted => return Ok(inserted?.key),
            }
        };
        credential.judge(self.0.effects.now()).map_err(|rejection| match rejection {
            Rejection::Revoked => Error::Conflict("this key was revoked".into()),
            _ => Error::Conflict("this key works no more".into()),
        })?;
        let key = credential.key;
        if key.owner != Owner::System || !key.scopes.cover(&Scope::all()) {
            return Err(Error::Conflict("this key is no system key with the scope admin:*".into()));
        }
        Ok(key)
    }
}
