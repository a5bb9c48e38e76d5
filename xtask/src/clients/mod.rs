//! `cargo xtask clients`: whether the OpenAPI document makes clients that work.

mod python;
mod typescript;

use std::path::PathBuf;

use anyhow::Result;

use self::{python::Python, typescript::TypeScript};
use crate::{each_database::each_database, process};

/// Runs the task.
///
/// # Errors
///
/// When no client can be made from the document, or one does not work, or something that is needed for the run cannot
/// be had.
pub(crate) fn run() -> Result<()> {
    let (python, typescript) = (Python::find_or_install()?, TypeScript::find_or_install()?);
    each_database("the generated clients", |service| {
        python.attempt(service)?;
        typescript.attempt(service)
    })
}

fn here() -> PathBuf {
    process::root().join("xtask/src/clients")
}
