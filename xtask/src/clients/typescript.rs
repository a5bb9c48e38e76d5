//! The client that openapi-typescript makes the types of, compiled as strictly as can be.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use super::here;
use crate::{
    packages, process,
    service::{KEY, Service},
};

/// What is taken from npm. Others of their versions may do something else, and that should be seen in a change of its own.
const PACKAGES: [&str; 4] =
    ["openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@20.19.43"];

/// What makes the folder a package of modules.
const MANIFEST: &str = "{ \"private\": true, \"type\": \"module\" }\n";

/// The folder with the packages, which the client is built in.
pub(super) struct TypeScript(PathBuf);

impl TypeScript {
    /// # Errors
    ///
    /// When the packages are not there and cannot be installed.
    pub(super) fn find_or_install() -> Result<Self> {
        let folder = process::root().join("target/typescript");
        let (installed, wanted) = (folder.join("installed"), PACKAGES.join("\n"));
        if fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
            return Ok(Self(folder));
        }
        for program in ["nodejs", "npm"] {
            let called = if program == "nodejs" { "node" } else { program };
            if !process::succeeds(Command::new(called).arg("--version")) {
                packages::install(program)?;
            }
        }
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("package.json"), MANIFEST)?;
        eprintln!("installing {} in {}", PACKAGES.join(", "), folder.display());
        let mut npm = process::command("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--silent",
        ]);
        process::run(npm.args(PACKAGES).current_dir(&folder)).context("could not install the packages")?;
        fs::write(installed, wanted)?;
        Ok(Self(folder))
    }

    /// Has types made from the document that the service itself gives out, compiles a client that uses them, and runs it.
    ///
    /// # Errors
    ///
    /// When no types can be made, the client does not compile with them, or it does not work.
    pub(super) fn attempt(&self, service: &Service) -> Result<()> {
        let address = format!("http://{}", service.address());
        for file in ["drive.ts", "tsconfig.json"] {
            fs::copy(here().join(file), self.0.join(file)).with_context(|| format!("could not copy {file}"))?;
        }
        process::run(
            self.tool("openapi-typescript").arg(format!("{address}/openapi.json")).args(["--output", "schema.d.ts"]),
        )?;
        process::run(self.tool("tsc").args(["--project", "."]))?;
        let mut client = process::command("node");
        client.arg("built/drive.js").current_dir(&self.0).env("ADDRESS", address).env("KEY", KEY);
        process::run(&mut client)
    }

    fn tool(&self, name: &str) -> Command {
        let mut command = process::command(self.0.join("node_modules/.bin").join(name));
        command.current_dir(&self.0);
        command
    }
}
