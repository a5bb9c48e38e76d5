//! The tasks of this workspace: `cargo xtask --help`.
//!
//! A file each. What several need is in `process` (running programs), `packages` (the system's package manager), `python`
//! (programs in Python), `postgres` (a throw-away server), `service` (the program itself), `median` and `each_database`.

#![expect(clippy::print_stderr, reason = "tasks tell the terminal how they get on")]

mod bench;
mod check;
mod clients;
mod each_database;
mod examples;
mod median;
mod openapi;
mod organizations;
mod packages;
mod postgres;
mod process;
mod python;
mod schemathesis;
mod service;
mod soak;
mod test;
mod walk;

use std::process::ExitCode;

use clap::Parser;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    Bench(bench::Options),
    Test(test::Options),
    /// Proves all that can be proved without running the tests
    ///
    /// Runs every step, and names for each that fails the command that mends it: formatting, layers, licences and banned
    /// crates (cargo-deny, built into target/tools where there is none), each part alone, clippy, the docs, the packages
    /// of the crates, openapi.json, what clients of the released document rely on, and the walk of docs/http-api.md. That
    /// the migrations of both databases are paired, go up and down, and make the tables that the program expects is among
    /// the tests: it takes the databases.
    Check,
    /// Drives the service with clients that ordinary generators make from the OpenAPI document
    ///
    /// On SQLite and on PostgreSQL. A client in Python asks every operation: one of the document that was not asked fails the
    /// task, and so does any that the generator can make nothing of. A client in TypeScript is compiled as strictly as can be,
    /// and makes, finds, changes and deletes. Needs Python 3, and Node.js with npm; openapi-python-client, openapi-typescript
    /// and what goes with them are installed below target/.
    Clients,
    /// Runs the examples of the crates
    ///
    /// A storage of one's own behind a port; the API mounted in another program; and with the program, on SQLite and on
    /// PostgreSQL, those of the Rust client: the first steps, a tenant that is set up twice, and a service that authenticates
    /// its callers.
    Examples,
    Openapi(openapi::Options),
    Schemathesis(schemathesis::Options),
    Soak(soak::Options),
    /// Writes the answers into the walk of docs/http-api.md anew
    ///
    /// Runs its commands against the program as it starts for the first time. Needs curl and jq.
    Walk,
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Bench(options) => bench::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Check => check::run(),
        Task::Clients => clients::run(),
        Task::Examples => examples::run(),
        Task::Openapi(options) => openapi::write(options),
        Task::Schemathesis(options) => schemathesis::run(options),
        Task::Soak(options) => soak::run(options),
        Task::Walk => walk::write(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
