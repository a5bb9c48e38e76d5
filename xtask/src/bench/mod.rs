//! `cargo xtask bench`: how fast the service is, beside what the machine can do.
//!
//! Machines differ, and this one may be busy with something else: a figure alone says little. Whatever is measured is
//! therefore measured in turns with a handler that does nothing but answer, with `pgbench` asking the same question, and
//! with any other service that is named; and is told as a ratio to these.

mod busy;
mod chart;
mod connection;
mod cost;
mod fixed;
mod grouped;
mod growth;
mod instructions;
mod pgbench;
mod report;
mod rest;
mod target;
mod workload;
mod wrk;

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};

use self::{
    fixed::FixedJson,
    report::Report,
    target::{Peer, Target},
    workload::Workload,
};
use crate::{organizations, postgres, process, service::Service};

/// Measures how fast the service is, in turns with a handler that only answers, with pgbench, and with other services
///
/// Builds the release, starts it on SQLite and on a PostgreSQL of its own, both with commits that are on the disk before
/// they are answered, fills them with organizations, and asks with a valid key. Prints requests a second, latencies, the
/// service's processor time and memory, and ratios. Needs wrk, and valgrind to count, which are installed where there are none.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many organizations there are
    #[arg(long, default_value_t = 10_000)]
    rows: u32,

    /// How many seconds each figure is measured for
    #[arg(long, default_value_t = 5)]
    seconds: u64,

    /// How many rounds there are: of each figure the median is told
    #[arg(long, default_value_t = 3)]
    rounds: usize,

    /// How many connections there are at once
    #[arg(long, default_value_t = 32)]
    connections: u32,

    /// Only these, of get, list, create and verify
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,

    /// Another service with the same paths, to compare with; asked without a body of its own making
    #[arg(long, value_name = "NAME=URL")]
    peer: Vec<Peer>,

    /// A header for a peer
    #[arg(long, value_name = "NAME=HEADER: VALUE")]
    peer_header: Vec<String>,

    /// Write the figures there as well, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Count the instructions of a request instead, and compare them with those that docs/performance.md keeps
    #[arg(long, conflicts_with_all = ["count", "growth"])]
    check: bool,

    /// Count the instructions of a request instead, and write them into docs/performance.md
    #[arg(long, conflicts_with = "growth")]
    count: bool,

    /// Measure how costs grow up to as many organizations instead, and draw the charts in docs/growth; a million are usual
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(10_000..))]
    growth: Option<u32>,
}

/// How long everything is asked before it is measured, so that caches and connections are there.
const WARM_UP: Duration = Duration::from_secs(1);

/// Runs the task.
///
/// # Errors
///
/// When something that is needed cannot be had, or a service answers anything but what it was asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    let packages = ["--package", "tenancy-server", "--package", "fixed-json"];
    process::run(process::cargo(&["build", "--quiet", "--release", "--bins"]).args(packages))?;
    let programs =
        env::current_exe()?.ancestors().nth(2).context("this task lies in no target folder")?.join("release");

    if options.check {
        return instructions::compare(&programs.join("tenancy"));
    }
    if options.count {
        return instructions::write(&programs.join("tenancy"));
    }
    match options.growth {
        Some(rows) => growth::run(&programs, rows),
        None => load(options, &programs),
    }
}

/// Measures the service under load.
fn load(options: &Options, programs: &Path) -> Result<()> {
    wrk::find_or_install()?;
    let fixed = FixedJson::start(&programs.join("fixed-json"))?;
    let cluster = postgres::start_durable()?;
    let database = cluster.create_database()?;
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let program = programs.join("tenancy");
    let start_sqlite = || Service::start(&program, folders[0].path(), None);
    let start_postgres = || Service::start(&program, folders[1].path(), Some(&database));
    for (name, service) in [("SQLite", start_sqlite()?), ("PostgreSQL", start_postgres()?)] {
        eprintln!("filling {name} with {} organizations", options.rows);
        organizations::fill(service.address(), 0..options.rows)?;
    }
    let (sqlite, on_sqlite) = rest::started(start_sqlite)?;
    let (postgres, on_postgres) = rest::started(start_postgres)?;
    let mut report = Report::new(options.rows, options.connections);
    report.add_rest("SQLite", on_sqlite);
    report.add_rest("PostgreSQL", on_postgres);

    let mut targets = vec![
        Target::fixed(fixed.address(), fixed.process()),
        Target::service("SQLite", sqlite.address(), sqlite.process()),
        Target::service("PostgreSQL", postgres.address(), postgres.process()),
    ];
    for peer in &options.peer {
        targets.push(peer.target(&options.peer_header)?);
    }

    let workloads = if options.only.is_empty() { Workload::ALL.to_vec() } else { options.only.clone() };
    for target in &targets {
        for workload in &workloads {
            wrk::run(target, target.asked(*workload), options.rows, options.connections, WARM_UP)?;
        }
    }
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let length = Duration::from_secs(options.seconds);
        for workload in &workloads {
            for target in &targets {
                let figures = wrk::run(target, target.asked(*workload), options.rows, options.connections, length)?;
                report.add(*workload, target.name(), figures);
            }
            if *workload == Workload::Get {
                report.add_pgbench(pgbench::run(&database, options.rows, options.connections, length)?);
            }
        }
    }
    report.print();
    if let Some(file) = &options.json {
        report.write(file)?;
    }
    Ok(())
}
