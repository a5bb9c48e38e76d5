//! `cargo xtask soak`: what takes too long for every run.

mod caller;
mod client;
mod depth;
mod export;
mod kills;
mod retries;
mod revocations;
mod rotation;

use std::{env, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use tenancy_testing::postgres::Cluster;

use crate::{postgres, process};

/// Puts the service under what takes too long for every run, on SQLite and on PostgreSQL, with commits that are durable.
///
/// Kills it again and again while it writes, and looks whether all that it answered is there, each change with its
/// audit entry and nothing else; does so again with callers that send their requests until they are answered, and looks
/// whether each was carried out once; fills it with organizations, walks through all of them forward and back, and compares
/// what the first page costs with what a deep one costs; exports the audit log that all this has left, and looks how much
/// memory that takes; replaces the master key while the secrets under it are shown; and revokes keys that are in use, on
/// PostgreSQL with three instances under load, and looks until when each lets them in. Prints the figures.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How often the service is killed, on each database
    #[arg(long, default_value_t = 50)]
    kills: u32,

    /// How many organizations are walked through, on each database
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,

    /// How many secrets are there when the master key is replaced, on each database
    #[arg(long, default_value_t = 10_000)]
    secrets: usize,

    /// How many keys are revoked, with the authentication cache and without, on PostgreSQL
    #[arg(long, default_value_t = 1_000)]
    revocations: usize,

    /// Only this database
    #[arg(long)]
    only: Option<Database>,
}

/// What the service keeps its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Runs the task.
///
/// # Errors
///
/// When the service breaks its word, or something that is needed for the run cannot be had.
pub(crate) fn run(options: Options) -> Result<()> {
    process::run(&mut process::cargo(&["build", "--quiet", "--release", "--package", "tenancy-server"]))?;
    let program = program()?;
    for database in [Database::Sqlite, Database::Postgres] {
        if options.only.is_some_and(|only| only != database) {
            continue;
        }
        let cluster = (database == Database::Postgres).then(postgres::start_durable).transpose()?;
        let fresh = || cluster.as_ref().map(Cluster::create_database).transpose();
        if options.kills > 0 {
            eprintln!("\n== {database:?}: killed {} times under writes", options.kills);
            kills::run(&program, fresh()?.as_deref(), options.kills)?;
            eprintln!("\n== {database:?}: killed {} times under requests that are sent again", options.kills);
            retries::run(&program, fresh()?.as_deref(), options.kills)?;
        }
        if options.rows > 0 {
            eprintln!("\n== {database:?}: a walk through {} organizations", options.rows);
            depth::run(&program, fresh()?.as_deref(), options.rows)?;
        }
        if options.secrets > 0 {
            eprintln!("\n== {database:?}: the master key of {} secrets replaced while they are shown", options.secrets);
            rotation::run(&program, fresh()?.as_deref(), options.secrets)?;
        }
        // On SQLite one process has the database, and nobody need be told.
        if let Some(cluster) = cluster.as_ref().filter(|_| options.revocations > 0) {
            eprintln!("\n== {database:?}: {} revocations, three instances", options.revocations);
            revocations::run(&program, cluster, options.revocations)?;
        }
    }
    Ok(())
}

/// The release build of the service, which lies beside the folder of this task's own build.
fn program() -> Result<PathBuf> {
    let here = env::current_exe()?;
    let target = here.ancestors().nth(2).context("this task lies in no target folder")?;
    let program = target.join("release/tenancy");
    if !program.is_file() {
        bail!("{} was not built", program.display());
    }
    Ok(program)
}
