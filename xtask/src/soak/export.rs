//! Whether an export of the whole audit log is whole, and takes little memory.

use std::{
    io::{BufRead as _, BufReader},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use ureq::Agent;

use crate::service::{KEY, Service};

/// What the service may have resident.
const MEMORY: u64 = 100_000_000;
/// How long an export may take.
const PATIENCE: Duration = Duration::from_mins(30);

/// Exports the audit log of a service that has done nothing else since its start, and that has `rows` entries at least.
///
/// # Errors
///
/// When entries are missing or out of order, or it takes too much memory.
pub(super) fn run(service: &Service, rows: u32) -> Result<()> {
    let before = service.peak_memory()?;
    let config = Agent::config_builder().timeout_global(Some(PATIENCE)).build();
    let begin = Instant::now();
    let mut response = Agent::from(config)
        .get(format!("http://{}/admin/v1/audit-logs", service.address()))
        .header("Authorization", format!("Bearer {KEY}"))
        .header("Accept", "application/x-ndjson")
        .call()?;
    let total = response.headers().get("X-Total-Count").and_then(|total| total.to_str().ok()).map(str::to_owned);
    let first_byte = begin.elapsed();
    let (mut lines, mut bytes, mut last) = (0_u64, 0_u64, (String::new(), String::new()));
    let reader = response.body_mut().with_config().limit(u64::MAX).reader();
    for line in BufReader::with_capacity(1 << 20, reader).lines() {
        let line = line?;
        let entry: Value = serde_json::from_str(&line).context("a line is no JSON")?;
        let text = |member: &str| entry[member].as_str().map(str::to_owned).context("an entry has no key");
        let key = (text("timestamp")?, text("id")?);
        ensure!(last < key, "the entry {key:?} comes after {last:?}");
        last = key;
        lines += 1;
        bytes += line.len() as u64 + 1;
    }
    let elapsed = begin.elapsed();
    let peak = service.peak_memory()?;
    ensure!(lines >= u64::from(rows), "the export has {lines} entries, and {rows} organizations were made");
    if let Some(total) = &total {
        ensure!(*total == lines.to_string(), "{total} entries were announced, and {lines} came");
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure to be looked at")]
    let rate = lines as f64 / elapsed.as_secs_f64();
    eprintln!(
        "export of {lines} audit entries ({} announced), {} MB in {elapsed:.1?}, {rate:.0} a second, the first after \
         {first_byte:.1?}; resident memory at most {} MB, {} MB of them before",
        total.as_deref().unwrap_or("none"),
        bytes / 1_000_000,
        peak / 1_000_000,
        before / 1_000_000,
    );
    ensure!(peak < MEMORY, "the export took {peak} bytes of memory");
    Ok(())
}
