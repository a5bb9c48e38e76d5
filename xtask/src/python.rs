//! Programs of the Python package index, each in an environment of its own below `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{packages, process};

/// A program whose package has the same name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PythonTool {
    /// The name of both.
    pub(crate) name: &'static str,
    /// The version that is installed: another may do something else, and that should be seen in a change of its own.
    pub(crate) version: &'static str,
}

impl PythonTool {
    /// The folder that it is in, and may fill.
    pub(crate) fn folder(self) -> PathBuf {
        process::root().join("target").join(self.name)
    }

    /// The Python that has what the program's package brings.
    pub(crate) fn python(self) -> PathBuf {
        self.folder().join("bin/python")
    }

    /// The program, of that version.
    ///
    /// # Errors
    ///
    /// When it is not there and cannot be installed.
    pub(crate) fn find_or_install(self) -> Result<PathBuf> {
        let Self { name, version } = self;
        let program = self.folder().join("bin").join(name);
        if !self.is_current(&program) {
            eprintln!("installing {name} {version} in {}", self.folder().display());
            self.make_environment()?;
            let mut pip = process::command(self.python());
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            process::run(pip.arg(format!("{name}=={version}"))).with_context(|| format!("could not install {name}"))?;
        }
        Ok(program)
    }

    fn is_current(self, program: &Path) -> bool {
        let output = Command::new(program).arg("--version").output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim_end().ends_with(self.version))
    }

    fn make_environment(self) -> Result<()> {
        let folder = self.folder();
        let make = || process::succeeds(process::command("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        // Debian has the module in a package of its own, and without it the environment is made by half.
        if !make() {
            packages::install("python3-venv")
                .with_context(|| format!("{} needs Python 3 with its module `venv`", self.name))?;
            fs::remove_dir_all(&folder).ok();
            process::run(process::command("python3").args(["-m", "venv"]).arg(&folder))?;
        }
        Ok(())
    }
}
