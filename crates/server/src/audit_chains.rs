//! The key of the audit chains: opened before anything is written, and for who only looks.

use std::sync::Arc;

use anyhow::{Context, bail};
use tenancy_adapters::sealing::{EnvelopeSealer, Keyring};
use tenancy_domain::audit_log::{ChainMac, Keying};

use crate::{master_key, operator_error::OperatorResult, ports::Ports, settings::Settings};

/// What a key that does not open is told with.
const DOES_NOT_OPEN: &str = "the key of the audit log's chains, in the table audit_keys";

/// Gives the storage the key to make its audit chains with, which these master keys open. The first time it makes one.
///
/// # Errors
/// When the key does not open: nothing can be written then, and it is not made anew.
pub async fn open(ports: &Ports, master_keys: Arc<Keyring>) -> anyhow::Result<()> {
    let sealer = EnvelopeSealer::new(master_keys, ports.secrets.clone());
    match ports.chain_keys(Arc::new(sealer)).open().await.for_operator().context(DOES_NOT_OPEN)? {
        Keying::Known => {}
        Keying::First { adopted: 0 } => tracing::info!("the audit log has a key from now on"),
        Keying::First { adopted } => tracing::warn!(
            "the audit log has a key from now on; the entries that its {adopted} chains had before are not keyed"
        ),
        Keying::Rewrapped => tracing::info!("the key of the audit log is sealed under the active master key now"),
    }
    Ok(())
}

/// The same for a command that writes beside the service: after the check of the master key, as at a start.
///
/// # Errors
/// When the master key is not given, or is a wrong one; and those of [`open`].
pub async fn open_for_command(settings: &Settings, ports: &Ports) -> anyhow::Result<()> {
    settings.check_for_writing()?;
    open(ports, master_key::admit(settings, ports).await?).await
}

/// What the audit chains are made with, for who only looks; `None` where nothing was ever written with a key.
///
/// # Errors
/// When the key does not open, or there is one and no master key is given.
pub async fn find(settings: &Settings, ports: &Ports) -> anyhow::Result<Option<Arc<dyn ChainMac>>> {
    let Some(keyring) = master_key::keyring(settings, ports)? else {
        let Some(key) = ports.chain_keys.find_chain_key().await.for_operator()? else { return Ok(None) };
        bail!(
            "the audit log's chains are keyed, and their key is sealed under the master key {}: set it as \
             TENANCY_MASTER_KEY to check them",
            key.sealed.master_key_id()
        )
    };
    let sealer = EnvelopeSealer::new(keyring, ports.secrets.clone());
    ports.chain_keys(Arc::new(sealer)).find().await.for_operator().context(DOES_NOT_OPEN)
}
