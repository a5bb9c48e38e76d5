//! Asking with wrk, which is the load.

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{
    cost::{self, Cost},
    target::Target,
    workload::Workload,
};
use crate::{packages, process, service::KEY};

const PROGRAM: &str = "wrk";
/// Threads of the load: as many as it takes to keep two cores busy.
const THREADS: u32 = 2;

/// What was measured of one target in one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// Answers a second.
    pub(super) rate: f64,
    /// Half of all answers took this long, or less.
    pub(super) p50: Duration,
    pub(super) p99: Duration,
    pub(super) p999: Duration,
    /// What it cost the process that was asked; nothing where that is not known.
    pub(super) cost: Option<Cost>,
}

/// Sees to it that wrk is there.
///
/// # Errors
///
/// When it is not, and cannot be installed.
pub(super) fn find_or_install() -> Result<()> {
    // It knows no question that it answers with success: that it can be run is enough.
    if Command::new(PROGRAM).arg("--version").output().is_ok() {
        return Ok(());
    }
    packages::install(PROGRAM)
}

/// Asks `target` for as long as `length`.
///
/// # Errors
///
/// When wrk fails, or anything was answered but with success.
pub(super) fn run(
    target: &Target,
    workload: Workload,
    rows: u32,
    connections: u32,
    length: Duration,
) -> Result<Figures> {
    static RUNS: AtomicU32 = AtomicU32::new(0);

    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let mut command = process::command(PROGRAM);
    command
        .args(["--threads", &THREADS.to_string(), "--connections", &connections.to_string()])
        .args(["--duration", &format!("{}s", length.as_secs()), "--timeout", "10s", "--script"])
        .arg(process::root().join("xtask/src/bench/wrk.lua"))
        .arg(target.url())
        .args(["--", workload.name(), &rows.to_string(), &run.to_string(), KEY])
        .args(target.headers());
    let before = target.process().map(cost::of).transpose()?;
    let printed = process::output(&mut command)?;
    let after = target.process().map(cost::of).transpose()?;

    let told = printed.lines().rev().find(|line| line.starts_with('{')).context("wrk printed no figures")?;
    let told: Value = serde_json::from_str(told).context("wrk printed what is no JSON")?;
    let number = |name: &str| told[name].as_u64().with_context(|| format!("wrk did not tell {name}"));
    let (requests, name) = (number("requests")?, target.name());
    ensure!(requests > 0, "{name} answered nothing");
    ensure!(number("refused")? == 0, "{name} refused {} of {requests} requests", number("refused")?);
    ensure!(number("broken")? == 0, "{name} did not answer {} requests", number("broken")?);
    let micros = |name| number(name).map(Duration::from_micros);
    let took = micros("microseconds")?;
    let cost = before.zip(after).map(|(before, after)| after.since(before).each(requests));
    #[expect(clippy::cast_precision_loss, reason = "a rate is no exact number")]
    let rate = requests as f64 / took.as_secs_f64();
    Ok(Figures { rate, p50: micros("p50")?, p99: micros("p99")?, p999: micros("p999")?, cost })
}
