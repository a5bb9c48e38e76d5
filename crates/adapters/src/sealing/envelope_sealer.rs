//! Sealing in envelopes: a data key for each secret, wrapped under the master key.

use std::{mem, sync::Arc};

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    ports::SecretSource,
    sealing::{
        DataKey, MasterKeyId, MasterKeySource, SealedSecret, Sealer, SealingContext, SecretText, UnsealError,
        WrappedDataKey,
    },
};
use zeroize::Zeroize;

use super::{cipher, envelope::Envelope};

/// Seals each secret under a fresh data key, and has that wrapped under the master key. Both are bound to the place of
/// the secret.
#[derive(Clone)]
pub struct EnvelopeSealer {
    master_keys: Arc<dyn MasterKeySource>,
    secrets: Arc<dyn SecretSource>,
}

impl EnvelopeSealer {
    /// A sealer under these master keys, with `secrets` for data keys and nonces.
    #[must_use]
    pub fn new(master_keys: Arc<dyn MasterKeySource>, secrets: Arc<dyn SecretSource>) -> Self {
        Self { master_keys, secrets }
    }

    async fn unwrap_key(
        &self,
        associated_data: &[u8],
        sealed: &SealedSecret,
        envelope: Envelope<'_>,
    ) -> Result<DataKey, UnsealError> {
        let bytes = envelope.wrapped_key.to_vec();
        let wrapped = WrappedDataKey { master_key_id: sealed.master_key_id(), bytes };
        self.master_keys.unwrap_key(associated_data, &wrapped).await
    }

    async fn try_open(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, UnsealError> {
        let envelope = Envelope::parse(sealed.as_bytes()).ok_or(UnsealError::Broken)?;
        let associated_data = context.associated_data();
        let data_key = self.unwrap_key(&associated_data, sealed, envelope).await?;
        let plain = cipher::decrypt(data_key.expose(), &associated_data, envelope.encrypted);
        // Taken out, not copied; what remains is empty.
        let plain = mem::take(&mut *plain.ok_or(UnsealError::Broken)?);
        String::from_utf8(plain).map(SecretText::new).map_err(|error| {
            error.into_bytes().zeroize();
            UnsealError::Broken
        })
    }

    async fn try_rewrap(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SealedSecret, UnsealError> {
        let envelope = Envelope::parse(sealed.as_bytes()).ok_or(UnsealError::Broken)?;
        let associated_data = context.associated_data();
        let data_key = self.unwrap_key(&associated_data, sealed, envelope).await?;
        let wrapped = self.master_keys.wrap_key(&associated_data, &data_key).await?;
        Ok(enclose(&wrapped, envelope.encrypted)?)
    }
}

/// The sealed secret with this data key.
fn enclose(wrapped: &WrappedDataKey, encrypted: &[u8]) -> Result<SealedSecret, Error> {
    let envelope = Envelope { wrapped_key: &wrapped.bytes, encrypted };
    Ok(SealedSecret::new(wrapped.master_key_id, envelope.to_bytes()?))
}

#[async_trait]
impl Sealer for EnvelopeSealer {
    fn active(&self) -> MasterKeyId {
        self.master_keys.active()
    }

    fn knows(&self, id: MasterKeyId) -> bool {
        self.master_keys.knows(id)
    }

    async fn seal(&self, context: &SealingContext, secret: &SecretText) -> Result<SealedSecret, Error> {
        let associated_data = context.associated_data();
        let data_key = DataKey::generate(&*self.secrets)?;
        let plain = secret.expose().as_bytes();
        let encrypted = cipher::encrypt(data_key.expose(), &associated_data, plain, &*self.secrets)?;
        let wrapped = self.master_keys.wrap_key(&associated_data, &data_key).await?;
        enclose(&wrapped, &encrypted)
    }

    async fn open(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, Error> {
        self.try_open(context, sealed).await.map_err(|reason| reason.of(context))
    }

    async fn rewrap(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<Option<SealedSecret>, Error> {
        if sealed.master_key_id() == self.active() {
            return Ok(None);
        }
        self.try_rewrap(context, sealed).await.map(Some).map_err(|reason| reason.of(context))
    }
}
