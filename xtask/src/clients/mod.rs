//! `cargo xtask clients`: whether the OpenAPI document makes a client that works.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{
    each_database::each_database,
    process,
    python::PythonTool,
    service::{KEY, Service},
};

const GENERATOR: PythonTool = PythonTool { name: "openapi-python-client", version: "0.29.1" };

/// Runs the task.
///
/// # Errors
///
/// When no client can be made from the document, or it does not work, or something that is needed for the run cannot
/// be had.
pub(crate) fn run() -> Result<()> {
    let generator = GENERATOR.find_or_install()?;
    each_database("the generated client", |service| {
        let folder = tempfile::tempdir().context("could not make a folder for the client")?;
        generate(&generator, service, folder.path())?;
        drive(service, folder.path())
    })
}

/// Has a client made in `folder` from the document that the service itself gives out.
fn generate(generator: &Path, service: &Service, folder: &Path) -> Result<()> {
    let mut command = process::command(generator);
    command
        .args(["generate", "--fail-on-warning", "--overwrite", "--meta", "none"])
        .args(["--url", &format!("http://{}/openapi.json", service.address())])
        .arg("--config")
        .arg(here().join("openapi-python-client.yaml"))
        .arg("--output-path")
        .arg(folder.join("tenancy_client"));
    process::run(&mut command)
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

fn here() -> PathBuf {
    process::root().join("xtask/src/clients")
}
