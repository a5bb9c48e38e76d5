//! A throw-away PostgreSQL for a task, installed first if need be.

use std::env;

use anyhow::{Context as _, Result};
use tenancy_testing::postgres::{BINARIES_VARIABLE, Binaries, Cluster, Error, Options};

use crate::packages;

/// Starts a cluster that is gone when it is dropped, and also when the task is killed.
///
/// # Errors
///
/// When there is no server and none can be installed, or it does not start.
pub(crate) fn start() -> Result<Cluster> {
    start_with(Options::default())
}

/// The same with commits that are on the disk before they are answered, as in production.
///
/// # Errors
///
/// As for [`start`].
pub(crate) fn start_durable() -> Result<Cluster> {
    start_with(Options { durable: true })
}

fn start_with(options: Options) -> Result<Cluster> {
    // Where a folder is named, nothing that is installed elsewhere would be used.
    let may_install = env::var_os(BINARIES_VARIABLE).is_none();
    if may_install && matches!(Binaries::find(), Err(Error::NotInstalled { .. })) {
        install()?;
    }
    Ok(Cluster::start(options)?)
}

fn install() -> Result<()> {
    packages::install("postgresql").with_context(|| {
        format!(
            "PostgreSQL is needed; install its server, or name the folder of its programs in {BINARIES_VARIABLE}, or \
             leave it out: `cargo xtask test --without-postgres`"
        )
    })
}
