//! Whether each crate can be packaged as importers get it: all that its manifest names is found, and cargo has nothing to remark.

use anyhow::{Context as _, Result, bail};

use crate::process;

/// What to do when this fails.
pub(super) const MEND: &str =
    "give the crate's Cargo.toml what cargo names; what the crate includes lies in its own folder, or is linked there";

/// Makes the package of every crate but this one, without building them: the steps before have built what is in them.
///
/// # Errors
///
/// When cargo refuses one, or warns of it.
pub(super) fn prove() -> Result<()> {
    // What is a part of the tasks is no package of its own.
    let excluded = ["--exclude", env!("CARGO_PKG_NAME"), "--exclude", "fixed-json"];
    let mut cargo = process::cargo(&["package", "--workspace"]);
    let cargo = cargo.args(excluded);
    // A tree that is being worked on is checked as well; a package is only written to `target`.
    let output =
        cargo.args(["--no-verify", "--allow-dirty", "--color", "never"]).output().context("could not run cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || said.lines().any(|line| line.starts_with("warning")) {
        bail!("cargo package:\n{said}");
    }
    Ok(())
}
