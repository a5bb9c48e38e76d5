//! The client that openapi-python-client makes, which asks every operation.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::here;
use crate::{
    process,
    python::PythonTool,
    service::{KEY, Service},
};

const GENERATOR: PythonTool = PythonTool { name: "openapi-python-client", version: "0.29.1" };

/// The generator.
pub(super) struct Python(PathBuf);

impl Python {
    /// # Errors
    ///
    /// When it is not there and cannot be installed.
    pub(super) fn find_or_install() -> Result<Self> {
        GENERATOR.find_or_install().map(Self)
    }

    /// Has a client made from the document that the service itself gives out, and drives it.
    ///
    /// # Errors
    ///
    /// When no client can be made, or it does not work.
    pub(super) fn attempt(&self, service: &Service) -> Result<()> {
        let folder = tempfile::tempdir().context("could not make a folder for the client")?;
        self.generate(service, folder.path())?;
        drive(service, folder.path())
    }

    fn generate(&self, service: &Service, folder: &Path) -> Result<()> {
        let mut command = process::command(&self.0);
        command
            .args(["generate", "--fail-on-warning", "--overwrite", "--meta", "none"])
            .args(["--url", &format!("http://{}/openapi.json", service.address())])
            .arg("--config")
            .arg(here().join("openapi-python-client.yaml"))
            .arg("--output-path")
            .arg(folder.join("tenancy_client"));
        process::run(&mut command)
    }
}

fn drive(service: &Service, folder: &Path) -> Result<()> {
    let mut command = process::command(GENERATOR.python());
    command
        .arg("-B")
        .arg(here().join("drive.py"))
        .arg(folder)
        .arg(format!("http://{}", service.address()))
        .env("TENANCY_KEY", KEY);
    process::run(&mut command)
}
