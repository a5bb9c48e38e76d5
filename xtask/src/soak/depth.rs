//! Whether a walk through very many organizations gives each once, and what a deep page costs.

use std::{
    collections::HashSet,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::export;
use crate::{
    median::median,
    organizations::{self, Organizations},
    service::Service,
};

/// How many pages of either kind are timed.
const TIMED: usize = 300;

/// Fills the service with `rows` organizations, walks, and times; and exports the audit log, which has an entry of each.
///
/// # Errors
///
/// When the walk skips or repeats a row, or is out of order.
pub(super) fn run(program: &Path, database_url: Option<&str>, rows: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let service = Service::start(program, folder.path(), database_url)?;
    let address = service.address();
    let begin = Instant::now();
    organizations::fill(address, 0..rows)?;
    eprintln!(
        "filled with {rows} in {:.1?}, {:.0} a second",
        begin.elapsed(),
        f64::from(rows) / begin.elapsed().as_secs_f64()
    );

    let organizations = Organizations::at(address);
    let forward = walk(&organizations, "forward", "next_cursor")?;
    let mut backward = walk(&organizations, "backward", "prev_cursor")?;
    ensure!(forward.keys.len() == rows as usize, "the walk forward gave {} rows", forward.keys.len());
    ensure!(forward.keys.is_sorted_by(|newer, older| newer > older), "the walk forward is out of order");
    let distinct: HashSet<&(String, String)> = forward.keys.iter().collect();
    ensure!(distinct.len() == forward.keys.len(), "the walk forward repeats rows");
    // Each page is newest first, and the pages come oldest first.
    backward.pages.reverse();
    let backward: Vec<_> = backward.pages.into_iter().flatten().collect();
    ensure!(backward == forward.keys, "the walk back differs from the walk forward");
    let milliseconds: HashSet<&String> = forward.keys.iter().map(|(time, _)| time).collect();
    eprintln!(
        "each once, forward and back, in order; {:.1} in each of {} milliseconds",
        f64::from(rows) / f64::from(u32::try_from(milliseconds.len())?),
        milliseconds.len()
    );

    let deep = forward.middle.context("there is no page in the middle")?;
    let (mut first, mut deep) = time_pages(&organizations, "?limit=100", &format!("?limit=100&cursor={deep}"))?;
    let (first, deep) = (median(&mut first), median(&mut deep));
    eprintln!(
        "a page of 100, the median of {TIMED} each, by turns: the first {first:.2?}, at depth {} {deep:.2?}, {:.2} times as much",
        rows / 2,
        deep.as_secs_f64() / first.as_secs_f64()
    );
    service.kill()?;
    // A service that has done nothing else yet: what it takes is what the export takes.
    let service = Service::start(program, folder.path(), database_url)?;
    export::run(&service, rows)
}

/// What a walk gave: the time and the id of each row.
struct Walk {
    keys: Vec<(String, String)>,
    pages: Vec<Vec<(String, String)>>,
    /// A cursor from the middle of the walk.
    middle: Option<String>,
}

fn walk(organizations: &Organizations, direction: &str, cursor: &str) -> Result<Walk> {
    let mut cursors = Vec::new();
    let mut pages = Vec::new();
    let mut query = format!("?limit=1000&direction={direction}");
    loop {
        let page = organizations.page(&query)?.body;
        let rows = page["data"].as_array().context("a page has no data")?;
        pages.push(
            rows.iter()
                .map(|row| Some((text(row, "created_at")?, text(row, "id")?)))
                .collect::<Option<Vec<_>>>()
                .context("a row has no key")?,
        );
        let Some(next) = page["pagination"][cursor].as_str() else {
            ensure!(page["pagination"]["has_more"] == Value::Bool(false), "more remains, and there is no cursor to it");
            break;
        };
        query = format!("?limit=1000&direction={direction}&cursor={next}");
        cursors.push(next.to_owned());
    }
    let middle = cursors.get(cursors.len() / 2).cloned();
    Ok(Walk { keys: pages.concat(), pages, middle })
}

fn text(row: &Value, field: &str) -> Option<String> {
    row[field].as_str().map(str::to_owned)
}

fn time_pages(organizations: &Organizations, first: &str, deep: &str) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let time = |query: &str| -> Result<Duration> {
        let begin = Instant::now();
        organizations.page(query)?;
        Ok(begin.elapsed())
    };
    let mut times = (Vec::with_capacity(TIMED), Vec::with_capacity(TIMED));
    for _ in 0..TIMED {
        times.0.push(time(first)?);
        times.1.push(time(deep)?);
    }
    Ok(times)
}
