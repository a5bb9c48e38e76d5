//! The master keys that this process has.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    ports::SecretSource,
    sealing::{DataKey, MasterKeyId, MasterKeySource, UnsealError, WrappedDataKey},
};
use zeroize::Zeroizing;

use super::{
    cipher::{self, KEY_LENGTH},
    master_key::{MasterKey, Purpose},
};

/// One active master key and former ones: of each only its name and the key for wrapping are kept. Those are wiped from
/// memory when the value is dropped, and `Debug` shows the names alone.
pub struct Keyring {
    active: WrappingKey,
    former: Vec<WrappingKey>,
    secrets: Arc<dyn SecretSource>,
}

struct WrappingKey {
    id: MasterKeyId,
    key: Zeroizing<[u8; KEY_LENGTH]>,
}

impl Keyring {
    /// The ring of these keys, with `secrets` for nonces.
    ///
    /// # Errors
    /// [`Error::Internal`] when keys cannot be derived from them.
    pub fn new(active: &MasterKey, former: &[MasterKey], secrets: Arc<dyn SecretSource>) -> Result<Self, Error> {
        let former = former.iter().map(WrappingKey::of).collect::<Result<_, _>>()?;
        Ok(Self { active: WrappingKey::of(active)?, former, secrets })
    }

    fn find(&self, id: MasterKeyId) -> Option<&WrappingKey> {
        std::iter::once(&self.active).chain(&self.former).find(|key| key.id == id)
    }
}

impl WrappingKey {
    fn of(master_key: &MasterKey) -> Result<Self, Error> {
        Ok(Self { id: master_key.id()?, key: master_key.derive(Purpose::KeyWrapping)? })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let former: Vec<MasterKeyId> = self.former.iter().map(|key| key.id).collect();
        formatter
            .debug_struct("Keyring")
            .field("active", &self.active.id)
            .field("former", &former)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl MasterKeySource for Keyring {
    fn active(&self) -> MasterKeyId {
        self.active.id
    }

    fn knows(&self, id: MasterKeyId) -> bool {
        self.find(id).is_some()
    }

    async fn wrap_key(&self, associated_data: &[u8], data_key: &DataKey) -> Result<WrappedDataKey, Error> {
        let WrappingKey { id, key } = &self.active;
        let bytes = cipher::encrypt(key, associated_data, data_key.expose(), &*self.secrets)?;
        Ok(WrappedDataKey { master_key_id: *id, bytes })
    }

    async fn unwrap_key(&self, associated_data: &[u8], wrapped: &WrappedDataKey) -> Result<DataKey, UnsealError> {
        let id = wrapped.master_key_id;
        let WrappingKey { key, .. } = self.find(id).ok_or(UnsealError::UnknownMasterKey(id))?;
        let bytes = cipher::decrypt(key, associated_data, &wrapped.bytes).ok_or(UnsealError::Broken)?;
        DataKey::from_bytes(&bytes).ok_or(UnsealError::Broken)
    }
}
