//! The licences, the sources and the bans of `deny.toml`, as cargo-deny sees them.

use std::{ffi::OsString, path::PathBuf};

use anyhow::{Context as _, Result};

use crate::process;

/// What to do when this fails.
pub(super) const MEND: &str = "choose another crate, or say in deny.toml why this one may stay";

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// Runs cargo-deny: the one that is installed, or else one that is built into `target/tools`.
///
/// Advisories are left out: they change by the day, and a check of one commit should not.
///
/// # Errors
///
/// When something in the tree is not allowed, or there is no cargo-deny to be had.
pub(super) fn prove() -> Result<()> {
    process::run(
        process::command(cargo_deny()?).args(["--log-level", "error"]).args(["check", "bans", "licenses", "sources"]),
    )
}

fn cargo_deny() -> Result<OsString> {
    let installed = OsString::from("cargo-deny");
    if process::succeeds(process::command(&installed).arg("--version")) {
        return Ok(installed);
    }
    let tools = process::root().join("target/tools");
    let built: PathBuf = tools.join("bin/cargo-deny");
    if !built.is_file() {
        eprintln!("building cargo-deny {VERSION} in target/tools, once");
        // Not optimised: it takes a second to run and minutes to build.
        process::run(
            process::cargo(&[
                "install",
                "--quiet",
                "--locked",
                "--debug",
                "cargo-deny",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(&tools),
        )
        .context("cargo-deny is needed: `cargo install --locked cargo-deny`")?;
    }
    Ok(built.into())
}
