//! The handler that does nothing but answer, in a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Stdio},
};

use anyhow::{Context as _, Result};

use crate::process;

/// It runs; to drop it ends it.
pub(super) struct FixedJson {
    process: Child,
    address: SocketAddr,
}

impl FixedJson {
    /// Starts `program`, which prints where it listens.
    ///
    /// # Errors
    ///
    /// When it does not run or print that.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut process = process::command(program).stdout(Stdio::piped()).spawn().context("could not run it")?;
        let printed = process.stdout.take().context("it prints nothing")?;
        let mut line = String::new();
        BufReader::new(printed).read_line(&mut line)?;
        let address = line.trim().parse().context("it does not say where it listens")?;
        Ok(Self { process, address })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn process(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for FixedJson {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
