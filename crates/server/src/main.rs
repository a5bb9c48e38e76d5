//! The binary `tenancy`. What it does is in the library of this crate.

use std::process::ExitCode;

use clap::Parser;
use tenancy_server::{cli::Cli, commands};

/// Chosen by measurement (docs/performance.md): requests allocate and free some hundred small things each, on one thread and
/// the other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
