//! How many instructions the service executes for one request: a figure that no other program on the machine moves.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use tenancy_testing::postgres::Cluster;

use super::{
    connection::{Connection, Request},
    grouped::grouped,
    workload::Workload,
};
use crate::{
    packages, postgres, process,
    service::{KEY, Service},
};

/// Where the figures are kept.
const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- instructions: written by `cargo xtask bench --count` -->\n";
const END: &str = "<!-- end of instructions -->\n";

/// How much more than what is kept still passes. Background tasks and the order in which threads run move a figure by less.
const TOLERANCE: f64 = 0.05;

/// How many organizations there are.
const ROWS: u64 = 1_000;
/// How many requests come before those that are counted, so that caches and statements are there.
const WARM_UP: u64 = 100;
/// How many requests are counted.
const COUNTED: u64 = 300;

type Figures = BTreeMap<(Workload, &'static str), u64>;

/// Counts, and writes the figures into the page.
///
/// # Errors
///
/// When valgrind cannot be had, or the service does not answer under it.
pub(super) fn write(program: &Path) -> Result<()> {
    let table = table(&count(program)?);
    let file = process::root().join(PAGE);
    let page = fs::read_to_string(&file)?;
    let (before, _, after) = parts(&page)?;
    fs::write(file, format!("{before}{BEGIN}{table}{END}{after}"))?;
    Ok(())
}

/// Counts, and compares the figures with those that the page keeps.
///
/// # Errors
///
/// Those of [`write()`]; and when a figure is more than what is kept.
pub(super) fn compare(program: &Path) -> Result<()> {
    let page = fs::read_to_string(process::root().join(PAGE))?;
    let kept = read(parts(&page)?.1);
    let mut more = Vec::new();
    for ((workload, storage), counted) in count(program)? {
        let kept = kept.get(&(workload.title().to_owned(), storage.to_owned()));
        let kept = *kept.with_context(|| format!("{PAGE} keeps no figure of {} on {storage}", workload.title()))?;
        #[expect(clippy::cast_precision_loss, reason = "a ratio is no exact number")]
        let ratio = counted as f64 / kept as f64;
        let line = format!(
            "{} on {storage}: {counted} instructions, {ratio:.3} of the {kept} that are kept",
            workload.title()
        );
        eprintln!("{line}");
        if ratio > 1.0 + TOLERANCE {
            more.push(line);
        }
    }
    if more.is_empty() {
        return Ok(());
    }
    bail!(
        "more instructions than {PAGE} keeps; where that is meant, `cargo xtask bench --count`:\n{}",
        more.join("\n")
    );
}

fn count(program: &Path) -> Result<Figures> {
    for tool in ["valgrind", "callgrind_control"] {
        if !process::succeeds(Command::new(tool).arg("--version")) {
            packages::install("valgrind")?;
        }
    }
    let cluster = postgres::start_durable()?;
    let mut figures = Figures::new();
    for (storage, database) in [("SQLite", None), ("PostgreSQL", Some(Cluster::create_database(&cluster)?))] {
        let folder = tempfile::tempdir()?;
        let counts = folder.path().join("counts");
        let service = Service::start_counted(program, folder.path(), database.as_deref(), &counts)?;
        for (number, workload) in (1..).zip(Workload::ALL) {
            eprintln!("counting {} on {storage}", workload.title());
            let each = count_one(&service, workload, &counts, number)?;
            figures.insert((workload, storage), each);
        }
    }
    Ok(figures)
}

/// The instructions of one request. `number` is that of the count among those of the service.
fn count_one(service: &Service, workload: Workload, counts: &Path, number: u32) -> Result<u64> {
    let mut caller = Caller::at(service.address(), workload)?;
    if number == 1 {
        caller.fill()?;
    }
    caller.ask(WARM_UP)?;
    control("--zero", service.process())?;
    caller.ask(COUNTED)?;
    control("--dump", service.process())?;
    let mut file = counts.as_os_str().to_owned();
    file.push(format!(".{number}"));
    let dump = fs::read_to_string(Path::new(&file)).context("valgrind has counted nothing")?;
    let total = dump.lines().find_map(|line| line.strip_prefix("totals: ")).context("valgrind told no total")?;
    Ok(total.trim().parse::<u64>()? / COUNTED)
}

fn control(what: &str, service: u32) -> Result<()> {
    let mut command = Command::new("callgrind_control");
    let command = command.arg(what).arg(service.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    ensure!(command.status()?.success(), "callgrind_control {what} failed");
    Ok(())
}

/// Someone who asks one thing after another.
struct Caller {
    connection: Connection,
    workload: Workload,
    asked: u64,
}

impl Caller {
    fn at(address: SocketAddr, workload: Workload) -> Result<Self> {
        Ok(Self { connection: Connection::open(address)?, workload, asked: 0 })
    }

    fn fill(&mut self) -> Result<()> {
        for number in 0..ROWS {
            self.connection.ask(&Request::create_organization(&format!("o-{number}")))?;
        }
        Ok(())
    }

    fn ask(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            self.asked += 1;
            let request = match self.workload {
                // A step that has no divisor in common with the number comes by all of them, in no order of the index.
                Workload::Get => Request::get(&format!("/organizations/o-{}", self.asked * 617 % ROWS)),
                Workload::List => Request::get("/organizations?limit=100"),
                Workload::Verify => Request::post("/api-keys/verify", &json!({ "key": KEY })),
                Workload::Create => Request::create_organization(&format!("c-{}", self.asked)),
            };
            self.connection.ask(&request)?;
        }
        Ok(())
    }
}

fn table(figures: &Figures) -> String {
    let row = |((workload, storage), count): (&(Workload, &str), &u64)| {
        format!("| {} | {storage} | {} |\n", workload.title(), grouped(&count.to_string(), ','))
    };
    ["| | | instructions |\n|---|---|---|\n".to_owned()].into_iter().chain(figures.iter().map(row)).collect()
}

fn read(table: &str) -> BTreeMap<(String, String), u64> {
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let (workload, storage, count) = (cells.next()?, cells.next()?, cells.next()?);
        Some(((workload.to_owned(), storage.to_owned()), count.replace(',', "").parse().ok()?))
    });
    rows.collect()
}

/// What comes before the table, the table, and what comes after it.
fn parts(page: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("{PAGE} has no place for the figures"))?;
    let (table, after) =
        rest.split_once(END).with_context(|| format!("the place for the figures in {PAGE} has no end"))?;
    Ok((before, table, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let figures = Figures::from([((Workload::Get, "SQLite"), 1_234_567), ((Workload::Create, "PostgreSQL"), 89)]);
        let table = table(&figures);
        assert!(table.contains("| get by slug | SQLite | 1,234,567 |\n"), "{table}");
        let read = read(&table);
        let of = |workload: &str, storage: &str| read.get(&(workload.to_owned(), storage.to_owned())).copied();
        assert_eq!((of("get by slug", "SQLite"), of("create", "PostgreSQL")), (Some(1_234_567), Some(89)));
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn the_page_has_a_place_for_them() {
        let page = fs::read_to_string(process::root().join(PAGE)).unwrap();
        assert_eq!(read(parts(&page).unwrap().1).len(), 2 * Workload::ALL.len());
    }
}
