//! Whether each part of the adapters compiles without the others, and the core without anybody.
//!
//! In a build of the whole workspace cargo turns on the features that any crate asks for, so that a missing one is not
//! noticed there.

use anyhow::Result;

use crate::process;

/// What to do when this fails.
pub(super) const MEND: &str = "turn on, in the crate's Cargo.toml, the features of its dependencies that it uses";

const PARTS: &[&str] = &["memory", "sqlite", "postgres", "sealing"];

/// Checks the core, and the adapters with one part at a time.
///
/// # Errors
///
/// When one of them does not compile.
pub(super) fn prove() -> Result<()> {
    process::run(&mut process::cargo(&["check", "--quiet", "--package", "tenancy-domain"]))?;
    for part in PARTS {
        eprintln!("tenancy-adapters with {part}");
        process::run(
            process::cargo(&["check", "--quiet", "--package", "tenancy-adapters", "--no-default-features"])
                .args(["--features", part]),
        )?;
    }
    Ok(())
}
