//! Where schemathesis is: in a Python environment of its own, below `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{packages, process};

/// The version that is installed: another may find something else, and that should be seen in a change of its own.
const VERSION: &str = "4.32.5";

/// The folder that it is in, and may fill.
pub(super) fn folder() -> PathBuf {
    process::root().join("target/schemathesis")
}

/// The program, of that version.
///
/// # Errors
///
/// When it is not there and cannot be installed.
pub(super) fn find_or_install() -> Result<PathBuf> {
    let (folder, program) = (folder(), folder().join("bin/schemathesis"));
    if !is_current(&program) {
        eprintln!("installing schemathesis {VERSION} in {}", folder.display());
        make_environment(&folder)?;
        let mut pip = process::command(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        process::run(pip.arg(format!("schemathesis=={VERSION}"))).context("could not install schemathesis")?;
    }
    Ok(program)
}

fn is_current(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim_end().ends_with(VERSION))
}

fn make_environment(folder: &Path) -> Result<()> {
    let make = || process::succeeds(process::command("python3").args(["-m", "venv", "--clear"]).arg(folder));
    // Debian has the module in a package of its own, and without it the environment is made by half.
    if !make() {
        packages::install("python3-venv").context("schemathesis needs Python 3 with its module `venv`")?;
        fs::remove_dir_all(folder).ok();
        process::run(process::command("python3").args(["-m", "venv"]).arg(folder))?;
    }
    Ok(())
}
