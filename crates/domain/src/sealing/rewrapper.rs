//! The use case of wrapping secrets anew, once the master key was replaced.

use std::sync::Arc;

use uuid::Uuid;

use super::{MasterKeyId, MasterKeyRepository, Sealer, StoredSecretRepository};
use crate::{
    error::Error,
    leases::{Lease, LeaseRepository},
    ports::Clock,
    timestamp::Timestamp,
};

/// How many secrets are read at once. Each is put back by itself.
const BATCH: u16 = 50;
/// For how long the lease is taken: much longer than a batch takes, and soon over once an instance is gone.
const LEASE_MILLISECONDS: i64 = 60_000;

/// What the service is made of.
#[derive(Clone)]
pub struct RewrapperParts {
    /// The secrets.
    pub secrets: Arc<dyn StoredSecretRepository>,
    /// The master keys that have come into use.
    pub master_keys: Arc<dyn MasterKeyRepository>,
    /// Wraps anew.
    pub sealer: Arc<dyn Sealer>,
    /// Sees to it that one instance does it at a time.
    pub leases: Arc<dyn LeaseRepository>,
    /// Tells the time, for the lease.
    pub clock: Arc<dyn Clock>,
    /// Names this instance; no two have the same.
    pub instance: Uuid,
}

/// Wraps anew, under the newest master key, what is sealed under former ones. It may be cut off at any moment and goes on
/// from there with the next call, in this instance or in another one.
#[derive(Clone)]
pub struct Rewrapper(RewrapperParts);

/// What a call came to.
#[derive(Debug, Default)]
pub struct Rewrapped {
    /// How many secrets were wrapped anew.
    pub secrets: u64,
    /// How many could not be: they are damaged, and stay as they are.
    pub damaged: u64,
    /// Why the first of those could not be.
    pub damage: Option<Error>,
    /// Whether another instance is at it, and so some may be left.
    pub is_left_to_another: bool,
}

impl Rewrapper {
    /// Puts the use case on top of its ports.
    #[must_use]
    pub const fn new(parts: RewrapperParts) -> Self {
        Self(parts)
    }

    /// Wraps anew all that is sealed under former master keys that are at hand, unless another instance is at it. An
    /// instance that does not have the newest master key as its active one leaves everything as it is: while the key is
    /// replaced on one instance after another, the others must not undo what the first has done.
    ///
    /// # Errors
    /// Those of the storage, and of the source of master keys when it does not answer; what was done until then stays.
    pub async fn run(&self) -> Result<Rewrapped, Error> {
        let mut rewrapped = Rewrapped::default();
        let known = self.0.master_keys.master_keys().await?;
        let active = self.0.sealer.active();
        if known.last().is_none_or(|newest| newest.id != active) {
            return Ok(rewrapped);
        }
        let former = known.iter().map(|key| key.id).filter(|id| *id != active && self.0.sealer.knows(*id));
        for former in former.collect::<Vec<_>>() {
            // Most of the time there is nothing, and then nobody needs the lease.
            if self.0.secrets.secrets_under(former, None, 1).await?.is_empty() {
                continue;
            }
            let outcome = self.rewrap_all(former, &mut rewrapped).await;
            self.0.leases.end_lease(Lease::Rewrapping, self.0.instance).await?;
            outcome?;
        }
        Ok(rewrapped)
    }

    async fn rewrap_all(&self, former: MasterKeyId, rewrapped: &mut Rewrapped) -> Result<(), Error> {
        let mut after = None;
        loop {
            if !self.take_lease().await? {
                rewrapped.is_left_to_another = true;
                return Ok(());
            }
            let batch = self.0.secrets.secrets_under(former, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            // Also past those that are damaged, which would come again and again.
            after = Some(last.place);
            for secret in &batch {
                match self.0.sealer.rewrap(&secret.place, &secret.sealed).await {
                    // Whoever changed it in between has sealed it under the master key that is active there.
                    Ok(Some(new)) => rewrapped.secrets += u64::from(self.0.secrets.replace_secret(secret, &new).await?),
                    Ok(None) => {}
                    Err(error @ Error::Internal(_)) => {
                        rewrapped.damaged += 1;
                        rewrapped.damage.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn take_lease(&self) -> Result<bool, Error> {
        let now = self.0.clock.now();
        let until = now.unix_milliseconds() + LEASE_MILLISECONDS;
        let until = Timestamp::from_unix_milliseconds(until).unwrap_or(Timestamp::MAX);
        self.0.leases.take_lease(Lease::Rewrapping, self.0.instance, now, until).await
    }
}
