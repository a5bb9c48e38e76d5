//! `cargo xtask test`: all tests, with a PostgreSQL of their own.

use std::{env, process::Command};

use anyhow::Result;
use tenancy_testing::postgres::{SWITCH_VARIABLE, URL_VARIABLE};

use crate::{postgres, process};

/// Runs all tests, with a PostgreSQL of their own.
///
/// Finds the programs of a PostgreSQL server, or installs them with apt-get; starts a throw-away cluster on loopback,
/// and removes it at the end. Where `TENANCY_TEST_POSTGRES_URL` is set, that server is used instead.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Leaves PostgreSQL out: what needs it is not tested
    #[arg(long)]
    without_postgres: bool,

    /// What `cargo test` is given as well; with `-p` the tests of that crate alone run
    #[arg(last = true, value_name = "CARGO TEST ARGUMENTS")]
    arguments: Vec<String>,
}

/// Runs the task.
///
/// # Errors
///
/// When there is no PostgreSQL to be had, or a test fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut tests = cargo_test(&options.arguments);
    if options.without_postgres {
        eprintln!("{LEFT_OUT}");
        let result = process::run(tests.env(SWITCH_VARIABLE, "off"));
        eprintln!("{LEFT_OUT}");
        return result;
    }
    if env::var_os(URL_VARIABLE).is_some() {
        return process::run(&mut tests);
    }
    let cluster = postgres::start()?;
    process::run(tests.env(URL_VARIABLE, cluster.url("postgres")))
}

const LEFT_OUT: &str = "
==============================================================
  PostgreSQL IS LEFT OUT (--without-postgres).
  What runs on it is NOT TESTED, and its tests count as passed.
==============================================================
";

fn cargo_test(arguments: &[String]) -> Command {
    // Without `--no-fail-fast`, the first crate that fails hides how the others are.
    let mut command = process::cargo(&["test", "--no-fail-fast"]);
    let own_arguments = arguments.iter().take_while(|argument| *argument != "--");
    // Beside `--workspace` cargo would take no notice of `-p`.
    if !own_arguments.into_iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package")) {
        command.arg("--workspace");
    }
    command.args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(given: &[&str]) -> Vec<String> {
        let given: Vec<String> = given.iter().map(ToString::to_string).collect();
        cargo_test(&given).get_args().map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_whole_workspace_is_tested_unless_a_package_is_named() {
        assert_eq!(arguments(&[]), ["test", "--no-fail-fast", "--workspace"]);
        assert_eq!(arguments(&["-p", "xtask"]), ["test", "--no-fail-fast", "-p", "xtask"]);
        assert_eq!(arguments(&["--", "-p"]), ["test", "--no-fail-fast", "--workspace", "--", "-p"]);
    }
}
