//! The key that audit chains are made with: random, sealed under the master key, the same for the life of a database.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::ChainMac;
use crate::{
    error::Error,
    ports::{Clock, SecretSource},
    sealing::{SealedSecret, Sealer, SealingContext, SecretText},
    timestamp::Timestamp,
};

/// 32 random bytes. They are wiped from memory when the value is dropped, and `Debug` does not show them.
pub struct ChainKey(Zeroizing<[u8; Self::LENGTH]>);

impl ChainKey {
    /// The length of a key, in bytes.
    pub const LENGTH: usize = 32;
    /// Where it is kept: a database has one.
    const PLACE: SealingContext =
        SealingContext { table: "audit_keys", column: "sealed_key", org_id: None, row_id: Uuid::nil() };

    /// Makes a key that nobody can guess.
    ///
    /// # Errors
    /// Those of `source`.
    pub fn generate(source: &dyn SecretSource) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        source.fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// As text, since that is what can be sealed: hexadecimal digits.
    fn to_text(&self) -> SecretText {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // As long as the whole: a text that grew would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(2 * Self::LENGTH));
        for byte in self.0.iter() {
            text.push(DIGITS[usize::from(byte >> 4)].into());
            text.push(DIGITS[usize::from(byte & 0xf)].into());
        }
        SecretText::new(text)
    }

    fn from_text(text: &SecretText) -> Option<Self> {
        let (pairs, []) = text.expose().as_bytes().as_chunks::<2>() else { return None };
        let mut bytes = Zeroizing::new([0; Self::LENGTH]);
        if pairs.len() != Self::LENGTH {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for ChainKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ChainKey(…)")
    }
}

/// The key as storage keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedChainKey {
    /// Sealed for its place.
    pub sealed: SealedSecret,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Keeps the one key of the audit chains, and is told what it comes to. Neither is a change to any tenant, and leaves an
/// audit entry.
#[async_trait]
pub trait ChainKeyRepository: Send + Sync {
    /// From now on the [units of work](crate::unit_of_work) of this storage, and of every other handle to it, append to
    /// their chains with `mac`. It is told once: what is told later is ignored. Before, a unit of work that changes
    /// something fails with [`Error::Internal`] and leaves nothing.
    fn use_chain_mac(&self, mac: Arc<dyn ChainMac>);

    /// The key, if there is one already.
    ///
    /// # Errors
    /// None of its own.
    async fn find_chain_key(&self) -> Result<Option<SealedChainKey>, Error>;

    /// Adds the key, and [adopts](super::Chain::adopt) every chain that there is, all of it at once; gives the number of
    /// those chains. Where there is a key already, nothing is changed, and the answer is `None`: the caller looks again.
    /// Returns once the commit is durable.
    ///
    /// # Errors
    /// None of its own.
    async fn add_chain_key(&self, key: &SealedChainKey, mac: Arc<dyn ChainMac>) -> Result<Option<u64>, Error>;

    /// Puts the same key, sealed anew, in the place of `former`; where that is not what stands there, nothing is
    /// changed.
    ///
    /// # Errors
    /// None of its own.
    async fn replace_chain_key(&self, former: &SealedSecret, sealed: &SealedSecret) -> Result<(), Error>;
}

/// Makes what authenticates with a key.
pub type MakeMac = fn(&ChainKey) -> Arc<dyn ChainMac>;

/// What opens the key of one storage, for the master keys at hand.
pub struct ChainKeys {
    repository: Arc<dyn ChainKeyRepository>,
    sealer: Arc<dyn Sealer>,
    secrets: Arc<dyn SecretSource>,
    clock: Arc<dyn Clock>,
    make_mac: MakeMac,
}

/// How a storage came by the key of its chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keying {
    /// It had the key.
    Known,
    /// It had the key, which is now sealed under the active master key.
    Rewrapped,
    /// It had none, and has one now.
    First {
        /// How many chains it had already, whose entries are not keyed.
        adopted: u64,
    },
}

impl ChainKeys {
    /// Puts the ports together.
    #[must_use]
    pub fn new(
        repository: Arc<dyn ChainKeyRepository>,
        sealer: Arc<dyn Sealer>,
        secrets: Arc<dyn SecretSource>,
        clock: Arc<dyn Clock>,
        make_mac: MakeMac,
    ) -> Self {
        Self { repository, sealer, secrets, clock, make_mac }
    }

    /// Gives the storage its key to work with, and makes one where there is none yet. A key that is sealed under a former
    /// master key is sealed under the active one, so that the former one can be put away. Any number of instances may do
    /// this at once.
    ///
    /// # Errors
    /// [`Error::Internal`] when the key does not open, and those of the ports.
    pub async fn open(&self) -> Result<Keying, Error> {
        if let Some(key) = self.repository.find_chain_key().await? {
            return self.take(&key.sealed).await;
        }
        let key = ChainKey::generate(&*self.secrets)?;
        let sealed = self.sealer.seal(&ChainKey::PLACE, &key.to_text()).await?;
        let mac = (self.make_mac)(&key);
        let sealed = SealedChainKey { sealed, created_at: self.clock.now() };
        if let Some(adopted) = self.repository.add_chain_key(&sealed, Arc::clone(&mac)).await? {
            self.repository.use_chain_mac(mac);
            return Ok(Keying::First { adopted });
        }
        // Another instance was first.
        let key = self.repository.find_chain_key().await?;
        let key = key.ok_or_else(|| Error::internal(anyhow::anyhow!("the key of the audit chains is not there")))?;
        self.take(&key.sealed).await
    }

    /// What the chains of the storage are authenticated with, for who only reads; `None` where there is no key yet.
    ///
    /// # Errors
    /// Those of [`ChainKeys::open`].
    pub async fn find(&self) -> Result<Option<Arc<dyn ChainMac>>, Error> {
        match self.repository.find_chain_key().await? {
            Some(key) => self.unseal(&key.sealed).await.map(Some),
            None => Ok(None),
        }
    }

    async fn take(&self, sealed: &SealedSecret) -> Result<Keying, Error> {
        self.repository.use_chain_mac(self.unseal(sealed).await?);
        match self.sealer.rewrap(&ChainKey::PLACE, sealed).await? {
            None => Ok(Keying::Known),
            Some(anew) => {
                self.repository.replace_chain_key(sealed, &anew).await?;
                Ok(Keying::Rewrapped)
            }
        }
    }

    async fn unseal(&self, sealed: &SealedSecret) -> Result<Arc<dyn ChainMac>, Error> {
        let text = self.sealer.open(&ChainKey::PLACE, sealed).await?;
        let key = ChainKey::from_text(&text);
        let key =
            key.ok_or_else(|| Error::internal(anyhow::anyhow!("the key of the audit chains is of another form")))?;
        Ok((self.make_mac)(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_text() {
        let key = ChainKey(Zeroizing::new(std::array::from_fn(|n| u8::try_from(n * 8 + 7).unwrap())));
        let text = key.to_text();
        assert_eq!(text.expose().len(), 64);
        assert_eq!(ChainKey::from_text(&text).unwrap().expose(), key.expose());
        for other in ["", "00", &"0".repeat(66), &"g".repeat(64), &"é".repeat(32)] {
            assert!(ChainKey::from_text(&SecretText::new(other.to_owned())).is_none(), "{other}");
        }
        assert_eq!(format!("{key:?}"), "ChainKey(…)");
    }
}
