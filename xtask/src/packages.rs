//! The system's package manager: Debian's, where there is one.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Installs a package of Debian and its like.
///
/// # Errors
///
/// When there is no `apt-get`, or no right to use it, or it fails.
pub(crate) fn install(package: &str) -> Result<()> {
    if !process::succeeds(Command::new("apt-get").arg("--version")) {
        bail!("there is no apt-get here to install {package} with");
    }
    eprintln!("installing {package} with apt-get");
    let how = || format!("could not install {package}");
    process::run(as_root()?.args(["apt-get", "update", "--quiet", "--quiet"])).with_context(how)?;
    process::run(as_root()?.args([
        "apt-get",
        "install",
        "--quiet",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        package,
    ]))
    .with_context(how)
}

/// A command that runs its arguments as root, without questions.
fn as_root() -> Result<Command> {
    let mut command = if process::output(Command::new("id").arg("-u"))?.trim() == "0" {
        Command::new("env")
    } else if process::succeeds(Command::new("sudo").arg("--version")) {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("only root may install packages, and there is no sudo");
    };
    command.arg("DEBIAN_FRONTEND=noninteractive");
    Ok(command)
}
