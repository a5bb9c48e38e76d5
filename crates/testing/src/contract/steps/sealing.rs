//! A sealer that hides nothing, and steps with it.

use std::sync::Mutex;

use async_trait::async_trait;
use tenancy_domain::{
    Error,
    sealing::{MasterKeyId, SealedSecret, Sealer, SealingContext, SecretText, UnsealError},
};

use super::fresh_id;

/// The master key with this number for a name.
pub(in crate::contract) fn master_key_id(n: u64) -> MasterKeyId {
    MasterKeyId::new(n.to_be_bytes())
}

/// Seals by writing the place and the secret beside each other, in the clear: for tests alone. Like any other it seals
/// otherwise each time, opens in the right place alone, and only what is under a master key that it knows.
#[derive(Debug)]
pub(in crate::contract) struct PlainSealer(Mutex<Vec<MasterKeyId>>);

impl PlainSealer {
    /// Under these master keys, the active one first.
    pub(in crate::contract) fn under(keys: &[u64]) -> Self {
        Self(Mutex::new(keys.iter().copied().map(master_key_id).collect()))
    }

    /// From now on these are the master keys, the active one first.
    pub(in crate::contract) fn set(&self, keys: &[u64]) {
        *self.0.lock().unwrap() = keys.iter().copied().map(master_key_id).collect();
    }

    fn open_now(&self, place: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, UnsealError> {
        let id = sealed.master_key_id();
        if !self.knows(id) {
            return Err(UnsealError::UnknownMasterKey(id));
        }
        let (_, bytes) = sealed.as_bytes().split_at_checked(16).ok_or(UnsealError::Broken)?;
        let secret = bytes.strip_prefix(&place.associated_data()[..]).ok_or(UnsealError::Broken)?;
        let secret = String::from_utf8(secret.to_vec()).map_err(|_| UnsealError::Broken)?;
        Ok(SecretText::new(secret))
    }

    fn seal_now(&self, place: &SealingContext, secret: &SecretText) -> SealedSecret {
        let bytes = [fresh_id().as_bytes(), &place.associated_data()[..], secret.expose().as_bytes()].concat();
        SealedSecret::new(self.active(), bytes)
    }
}

#[async_trait]
impl Sealer for PlainSealer {
    fn active(&self) -> MasterKeyId {
        self.0.lock().unwrap()[0]
    }

    fn knows(&self, id: MasterKeyId) -> bool {
        self.0.lock().unwrap().contains(&id)
    }

    async fn seal(&self, context: &SealingContext, secret: &SecretText) -> Result<SealedSecret, Error> {
        Ok(self.seal_now(context, secret))
    }

    async fn open(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<SecretText, Error> {
        self.open_now(context, sealed).map_err(|reason| reason.of(context))
    }

    async fn rewrap(&self, context: &SealingContext, sealed: &SealedSecret) -> Result<Option<SealedSecret>, Error> {
        if sealed.master_key_id() == self.active() {
            return Ok(None);
        }
        let secret = self.open_now(context, sealed).map_err(|reason| reason.of(context))?;
        Ok(Some(self.seal_now(context, &secret)))
    }
}
