//! The binary `tenancy`. What it does is in the library of this crate.

use std::process::ExitCode;

use clap::Parser;
use tenancy_server::{cli::Cli, commands};

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
