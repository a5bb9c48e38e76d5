//! Whether each part of the crates that have parts compiles without the others, and the core without anybody.
//!
//! In a build of the whole workspace cargo turns on the features that any crate asks for, so that a missing one is not
//! noticed there.

use anyhow::Result;

use crate::process;

/// What to do when this fails.
pub(super) const MEND: &str = "turn on, in the crate's Cargo.toml, the features of its dependencies that it uses";

/// The crates that have parts, and their parts.
const PARTS: &[(&str, &[&str])] = &[
    ("tenancy-adapters", &["memory", "sqlite", "postgres", "sealing"]),
    ("tenancy-api-types", &["", "openapi"]),
    ("tenancy-client", &["", "actix", "tower"]),
    ("tenancy-testing", &["contract", "doubles", "http", "postgres"]),
];

/// Checks the core, and the crates that have parts with one at a time.
///
/// # Errors
///
/// When one of them does not compile.
pub(super) fn prove() -> Result<()> {
    process::run(&mut process::cargo(&["check", "--quiet", "--package", "tenancy-domain"]))?;
    for (package, parts) in PARTS {
        for part in *parts {
            eprintln!("{package} with {}", if part.is_empty() { "nothing" } else { part });
            process::run(
                process::cargo(&["check", "--quiet", "--package", package, "--no-default-features"])
                    .args(["--features", part]),
            )?;
        }
    }
    Ok(())
}
