//! `cargo xtask check`: all that can be proved of the workspace without running its tests.

pub(crate) mod contract;
mod deny;
mod features;
mod graph;
mod layers;
mod package;

use anyhow::{Result, bail};

use crate::{openapi, process, walk};

/// One thing to prove.
struct Step {
    name: &'static str,
    prove: fn() -> Result<()>,
    /// The command that mends what is wrong, or what to do where none can.
    mend: &'static str,
}

/// The quick ones first.
const STEPS: &[Step] = &[
    Step { name: "fmt: the sources are formatted", prove: fmt, mend: "cargo fmt --all" },
    Step { name: "layers: each crate knows only what it may", prove: layers::prove, mend: layers::MEND },
    Step { name: "deny: licences, sources and banned crates", prove: deny::prove, mend: deny::MEND },
    Step { name: "features: each part compiles alone", prove: features::prove, mend: features::MEND },
    Step {
        name: "clippy: no warnings",
        prove: clippy,
        mend: "cargo clippy --workspace --all-targets --fix --allow-dirty",
    },
    Step { name: "docs: they build, and their links hold", prove: docs, mend: "mend the comments that rustdoc names" },
    Step { name: "package: each crate can be packaged", prove: package::prove, mend: package::MEND },
    Step { name: "openapi: openapi.json is the program's", prove: openapi::compare, mend: openapi::MEND },
    Step { name: "contract: no client of the released document breaks", prove: contract::prove, mend: contract::MEND },
    Step { name: "walk: docs/http-api.md has the program's answers", prove: walk::compare, mend: walk::MEND },
];

/// Runs every step, whatever becomes of the others.
///
/// # Errors
///
/// When a step fails; the error lists all that did.
pub(crate) fn run() -> Result<()> {
    let mut failed = Vec::new();
    for step in STEPS {
        eprintln!("\n== {}", step.name);
        if let Err(error) = (step.prove)() {
            eprintln!("error: {error:#}\nto mend it: {}", step.mend);
            failed.push(step);
        }
    }
    if failed.is_empty() {
        eprintln!("\nall {} checks hold", STEPS.len());
        return Ok(());
    }
    let list: Vec<String> =
        failed.iter().map(|step| format!("  {}\n    to mend it: {}", step.name, step.mend)).collect();
    bail!("{} of {} checks failed:\n{}", failed.len(), STEPS.len(), list.join("\n"));
}

fn fmt() -> Result<()> {
    process::run(&mut process::cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    process::run(&mut process::cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn docs() -> Result<()> {
    let mut command = process::cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}
