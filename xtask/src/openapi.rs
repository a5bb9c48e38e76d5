//! `cargo xtask openapi`: the OpenAPI document that is checked in, and whether it is the program's.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{check::contract, process};

/// The command that mends what [`compare`] finds.
pub(crate) const MEND: &str = "cargo xtask openapi";

/// Writes openapi.json anew, from the program
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// Take it as what clients rely on from now on, which `check` compares later ones with
    #[arg(long)]
    released: bool,
}

/// Writes the program's document to `openapi.json`.
///
/// # Errors
///
/// When the program does not build, or the file cannot be written.
pub(crate) fn write(options: Options) -> Result<()> {
    let file = file();
    fs::write(&file, of_the_program()?).with_context(|| format!("could not write {}", file.display()))?;
    if options.released { contract::release() } else { Ok(()) }
}

/// Insists that `openapi.json` is the program's document.
///
/// # Errors
///
/// When it is not, or the program does not build, or the file cannot be read.
pub(crate) fn compare() -> Result<()> {
    let file = file();
    let kept = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    if kept != of_the_program()? {
        bail!("openapi.json is not what the program serves");
    }
    Ok(())
}

/// Where it is.
pub(crate) fn file() -> PathBuf {
    process::root().join("openapi.json")
}

fn of_the_program() -> Result<String> {
    process::output(&mut process::cargo(&["run", "--quiet", "--package", "tenancy-server", "--", "openapi"]))
}
