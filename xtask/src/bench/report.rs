//! What was measured, for people and as JSON.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{rest::Rest, workload::Workload, wrk::Figures};

/// All figures, in the order in which they were measured.
pub(super) struct Report {
    rows: u32,
    connections: u32,
    rests: Vec<(&'static str, Rest)>,
    figures: BTreeMap<Workload, Vec<(String, Vec<Figures>)>>,
    pgbench: Vec<f64>,
}

/// What is told of one target and one workload: of each figure the median of all rounds.
struct Line<'a> {
    workload: Workload,
    target: &'a str,
    rate: f64,
    p50: Duration,
    p99: Duration,
    p999: Duration,
    processor: Option<Duration>,
    peak_memory: Option<u64>,
    /// The rate as a part of others' in the same rounds, by their names.
    ratios: Vec<(&'a str, f64)>,
}

impl Report {
    pub(super) const fn new(rows: u32, connections: u32) -> Self {
        Self { rows, connections, rests: Vec::new(), figures: BTreeMap::new(), pgbench: Vec::new() }
    }

    /// Takes note of what a target takes before anybody asks it.
    pub(super) fn add_rest(&mut self, target: &'static str, rest: Rest) {
        self.rests.push((target, rest));
    }

    /// Takes note of a round.
    pub(super) fn add(&mut self, workload: Workload, target: &str, figures: Figures) {
        let targets = self.figures.entry(workload).or_default();
        match targets.iter_mut().find(|(name, _)| name == target) {
            Some((_, rounds)) => rounds.push(figures),
            None => targets.push((target.to_owned(), vec![figures])),
        }
    }

    /// Takes note of what pgbench made of the look-up by slug in a round.
    pub(super) fn add_pgbench(&mut self, rate: f64) {
        self.pgbench.push(rate);
    }

    /// Tells people.
    pub(super) fn print(&self) {
        let ratios: Vec<_> = self.lines().iter().flat_map(|line| line.ratios.iter().map(|(to, _)| *to)).collect();
        let mut columns: Vec<&str> = Vec::new();
        for name in ratios {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        eprintln!(
            "\n{} organizations, {} connections; the median of {} rounds",
            self.rows,
            self.connections,
            self.pgbench.len().max(1)
        );
        let heads = padded(columns.iter().map(|name| format!("/ {name}")));
        eprintln!(
            "{:<12} {:<12} {:>10} {:>9} {:>9} {:>9} {:>8} {:>8}{heads}",
            "", "", "a second", "p50", "p99", "p99.9", "CPU", "memory"
        );
        for line in self.lines() {
            let ratio = |name| line.ratios.iter().find(|(to, _)| *to == name);
            let ratios = padded(
                columns.iter().map(|name| ratio(*name).map_or(String::new(), |(_, ratio)| format!("{ratio:.3}"))),
            );
            eprintln!(
                "{:<12} {:<12} {:>10.0} {:>9} {:>9} {:>9} {:>8} {:>8}{ratios}",
                line.workload.title(),
                line.target,
                line.rate,
                millis(line.p50),
                millis(line.p99),
                millis(line.p999),
                line.processor.map(|time| format!("{} µs", time.as_micros())).unwrap_or_default(),
                line.peak_memory.map(|bytes| format!("{} MB", bytes / 1_000_000)).unwrap_or_default(),
            );
        }
        if let Some(rate) = median(self.pgbench.iter().copied()) {
            eprintln!("{:<12} {:<12} {rate:>10.0}", Workload::Get.title(), PGBENCH);
        }
        for (target, Rest { ready, memory }) in &self.rests {
            #[expect(clippy::cast_precision_loss, reason = "it is told in tenths of a megabyte")]
            let megabytes = *memory as f64 / 1e6;
            eprintln!("{:<12} {target:<12} ready after {}, {megabytes:.1} MB", "idle", millis(*ready));
        }
    }

    /// Writes it as JSON: an object for each target and workload, times in microseconds.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.to_json())?;
        fs::write(file, text + "\n").with_context(|| format!("could not write {}", file.display()))
    }

    fn to_json(&self) -> Value {
        let figures: Vec<_> = self
            .lines()
            .iter()
            .map(|line| {
                json!({
                    "workload": line.workload.name(),
                    "target": line.target,
                    "requests_per_second": line.rate,
                    "p50_us": line.p50.as_micros(),
                    "p99_us": line.p99.as_micros(),
                    "p999_us": line.p999.as_micros(),
                    "processor_us_per_request": line.processor.map(|time| time.as_secs_f64() * 1e6),
                    "peak_memory_bytes": line.peak_memory,
                    "ratios": line.ratios.iter().map(|(to, ratio)| ((*to).to_owned(), json!(ratio))).collect::<serde_json::Map<_, _>>(),
                })
            })
            .collect();
        json!({
            "rows": self.rows,
            "connections": self.connections,
            "pgbench_per_second": median(self.pgbench.iter().copied()),
            "idle": self.rests.iter().map(|(target, rest)| {
                json!({ "target": target, "ready_us": rest.ready.as_micros(), "memory_bytes": rest.memory })
            }).collect::<Vec<_>>(),
            "figures": figures,
        })
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        for workload in Workload::ALL {
            let targets = self.figures.get(&workload).map(Vec::as_slice).unwrap_or_default();
            for (target, rounds) in targets {
                lines.extend(self.line(workload, target, rounds, targets));
            }
        }
        lines
    }

    fn line<'a>(
        &'a self,
        workload: Workload,
        target: &'a str,
        rounds: &[Figures],
        all: &'a [(String, Vec<Figures>)],
    ) -> Option<Line<'a>> {
        let is_ours = |name: &str| ["SQLite", "PostgreSQL"].contains(&name);
        let rates = || rounds.iter().map(|figures| figures.rate);
        let others = all.iter().filter(|(name, _)| is_ours(target) && !is_ours(name));
        let mut ratios: Vec<(&str, f64)> = others
            .filter_map(|(name, theirs)| Some((&**name, ratio(rates(), theirs.iter().map(|theirs| theirs.rate))?)))
            .collect();
        if workload == Workload::Get && target == "PostgreSQL" {
            ratios.extend(ratio(rates(), self.pgbench.iter().copied()).map(|ratio| (PGBENCH, ratio)));
        }
        let middle = |time: fn(&Figures) -> Duration| {
            median(rounds.iter().map(|figures| time(figures).as_secs_f64())).map(Duration::from_secs_f64)
        };
        let costs = || rounds.iter().filter_map(|figures| figures.cost);
        Some(Line {
            workload,
            target,
            rate: median(rates())?,
            p50: middle(|figures| figures.p50)?,
            p99: middle(|figures| figures.p99)?,
            p999: middle(|figures| figures.p999)?,
            processor: median(costs().map(|cost| cost.processor.as_secs_f64())).map(Duration::from_secs_f64),
            peak_memory: costs().map(|cost| cost.peak_memory).max(),
            ratios,
        })
    }
}

const PGBENCH: &str = "pgbench";

/// Columns of ratios.
fn padded(texts: impl Iterator<Item = String>) -> String {
    texts.fold(String::new(), |line, text| line + &format!(" {text:>12}"))
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// What ours is of theirs, round by round, and of that the median.
fn ratio(ours: impl Iterator<Item = f64>, theirs: impl Iterator<Item = f64>) -> Option<f64> {
    median(ours.zip(theirs).map(|(ours, theirs)| ours / theirs))
}

fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::{super::target::Target, *};

    fn figures(rate: f64) -> Figures {
        let time = Duration::from_millis(2);
        Figures { rate, p50: time, p99: time, p999: time, cost: None }
    }

    #[test]
    fn ratios_are_of_rounds_and_not_of_medians() {
        let mut report = Report::new(10, 2);
        for (fixed, ours) in [(100.0, 50.0), (200.0, 80.0), (50.0, 30.0)] {
            report.add(Workload::Get, Target::FIXED, figures(fixed));
            report.add(Workload::Get, "PostgreSQL", figures(ours));
            report.add_pgbench(100.0);
        }
        let told = report.to_json();
        assert_eq!(told["figures"][0]["requests_per_second"], 100.0);
        assert_eq!(told["figures"][0]["ratios"], json!({}));
        assert_eq!(told["figures"][1]["ratios"], json!({"fixed JSON": 0.5, "pgbench": 0.5}));
        assert_eq!((&told["figures"][1]["p99_us"], &told["pgbench_per_second"]), (&json!(2000), &json!(100.0)));
    }
}
