//! How what a request costs grows with what there is: with organizations, with the depth of a page, with members and keys in
//! one organization, and with instances.
//!
//! One caller asks one thing after another, by turns, and between them the handler that only answers: what is told is how
//! many times as long as that an answer takes. A machine that is slower for a while is slower for both.

use std::{net::SocketAddr, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tenancy_testing::postgres::Cluster;

use super::{
    chart::{Chart, Curve},
    connection::{Connection, Request},
    fixed::FixedJson,
    target::Target,
    workload::Workload,
    wrk,
};
use crate::{
    organizations, postgres, process,
    service::{KEY, Service},
};

/// Where the charts go.
const FOLDER: &str = "docs/growth";
/// How many organizations there are at the least.
const LEAST: u32 = 1_000;
/// How often each thing is asked at each size.
const TURNS: u64 = 300;
/// How many members and keys there are in one organization at the most.
const WITHIN: u32 = 10_000;
/// How many of those that are made last, before a size is come to, are timed.
const TIMED: u32 = 50;
/// How many instances there are at the most.
const INSTANCES: usize = 3;
/// How many connections all instances have together.
const CONNECTIONS: u32 = 32;

/// What is asked, and how long the answer takes as a multiple of that of the handler that only answers.
type Costs = Vec<(&'static str, f64)>;

/// Measures, prints, and draws.
///
/// # Errors
///
/// When something that is needed cannot be had, or a service answers anything but what it was asked for.
pub(super) fn run(programs: &Path, rows: u32) -> Result<()> {
    let folder = process::root().join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let program = programs.join("tenancy");
    let fixed = FixedJson::start(&programs.join("fixed-json"))?;
    let cluster = postgres::start_durable()?;
    let (mut depth, mut members, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (storage, file, database) in
        [("SQLite", "organizations-sqlite.svg", None), ("PostgreSQL", "organizations-postgresql.svg", Some(&cluster))]
    {
        let database = database.map(Cluster::create_database).transpose()?;
        let data = tempfile::tempdir()?;
        let service = Service::start(&program, data.path(), database.as_deref())?;
        let mut growth = Growth::new(&fixed, service.address())?;

        let title = format!("Cost with the number of organizations, {storage}");
        let curves = growth.with_organizations(storage, rows)?;
        Chart { title: &title, across: "organizations", up: OF_LEAST, is_logarithmic: true, curves }
            .write(&folder.join(file))?;
        depth.push(growth.with_depth(storage, rows)?);
        members.extend(growth.with_members(storage)?);
        keys.extend(growth.with_keys(storage)?);
    }
    for (title, across, file, curves) in [
        ("Cost of a page with its depth", "rows before the page", "depth.svg", depth),
        ("Cost with the members of one organization", "members", "members.svg", members),
        ("Cost with the API keys of one organization", "API keys", "keys.svg", keys),
    ] {
        Chart { title, across, up: OF_LEAST, is_logarithmic: true, curves }.write(&folder.join(file))?;
    }
    let title = "Requests a second with the number of instances, PostgreSQL";
    let curves = with_instances(&program, &fixed, &cluster)?;
    let up = "of those of one instance";
    Chart { title, across: "instances", up, is_logarithmic: false, curves }.write(&folder.join("instances.svg"))
}

const OF_LEAST: &str = "times the cost at the left end";

struct Growth<'a> {
    fixed: Connection,
    service: Connection,
    address: SocketAddr,
    program: &'a FixedJson,
    made: u64,
}

impl<'a> Growth<'a> {
    fn new(fixed: &'a FixedJson, address: SocketAddr) -> Result<Self> {
        Ok(Self {
            fixed: Connection::open(fixed.address())?,
            service: Connection::open(address)?,
            address,
            program: fixed,
            made: 0,
        })
    }

    /// Fills, and asks at each size.
    fn with_organizations(&mut self, storage: &str, rows: u32) -> Result<Vec<Curve>> {
        let mut at_sizes = Vec::new();
        let (mut filled, mut size) = (0, LEAST);
        while size <= rows {
            organizations::fill(self.address, filled..size)?;
            filled = size;
            // Meanwhile the connections may have been closed for being idle.
            *self = Self { made: self.made, ..Self::new(self.program, self.address)? };
            let middle = self.cursors(&[size / 2])?.pop().context("there is no page in the middle")?;
            let slug = |turn: u64| format!("/organizations/o-{}", turn * 617_369 % u64::from(size));
            let deep = Request::get(&format!("/organizations?limit=100&cursor={middle}"));
            let verify = Request::post("/api-keys/verify", &json!({ "key": KEY }));
            let costs = self.costs(|turn| {
                vec![
                    ("get by slug", Request::get(&slug(turn))),
                    ("first page of 100", Request::get("/organizations?limit=100")),
                    ("page of 100 in the middle", deep.clone()),
                    ("verify a key", verify.clone()),
                    ("create", create(&format!("g-{size}-{turn}"))),
                ]
            })?;
            tell(&format!("{storage}, {size} organizations"), &costs);
            at_sizes.push((size, costs));
            size *= 10;
        }
        Ok(curves("", &at_sizes))
    }

    /// Pages ever further from the first, by turns with that.
    fn with_depth(&mut self, storage: &str, rows: u32) -> Result<Curve> {
        let mut depths = vec![100];
        while depths.last().is_some_and(|depth| depth * 10 < rows) {
            depths.extend(depths.last().map(|depth| depth * 10));
        }
        depths.push(rows - 1_000);
        let cursors = self.cursors(&depths)?;
        ensure!(cursors.len() == depths.len(), "the walk ended too early");
        let pages: Vec<_> = std::iter::once("/organizations?limit=100".to_owned())
            .chain(cursors.iter().map(|cursor| format!("/organizations?limit=100&cursor={cursor}")))
            .map(|path| ("page", Request::get(&path)))
            .collect();
        let costs = self.costs(|_| pages.clone())?;
        let first = costs.first().context("nothing was measured")?.1;
        let mut points = vec![(1.0, 1.0)];
        points.extend(depths.iter().zip(&costs[1..]).map(|(depth, (_, cost))| (f64::from(*depth), cost / first)));
        for (depth, ratio) in &points {
            eprintln!("{storage}, a page at depth {depth:.0}: {ratio:.3} of the first");
        }
        Ok(Curve { name: storage.to_owned(), points })
    }

    fn with_members(&mut self, storage: &str) -> Result<Vec<Curve>> {
        self.service.time(&create("members"))?;
        let mut last = Value::Null;
        let at_sizes = self.with_parts(
            storage,
            "members",
            |growth, number| {
                let user = Request::post("/users", &json!({ "external_id": format!("user-{number}") }));
                let user = growth.service.json(&user)?["id"].take();
                let body = json!({ "user_id": &user, "role": if number == 0 { "owner" } else { "member" } });
                let time = growth.service.time(&Request::post("/organizations/members/members", &body))?;
                last = user;
                Ok((time, last.as_str().map(|user| Request::get(&format!("/organizations/members/members/{user}")))))
            },
            "add a member",
            "get a member",
            &Request::get("/organizations/members/members?limit=100"),
        )?;
        Ok(curves(storage, &at_sizes))
    }

    fn with_keys(&mut self, storage: &str) -> Result<Vec<Curve>> {
        let organization = self.service.json(&create("keys"))?["id"].take();
        let at_sizes = self.with_parts(
            storage,
            "keys",
            |growth, number| {
                let owner = json!({ "type": "organization", "org_id": &organization });
                let body = json!({ "name": format!("key {number}"), "owner": owner, "scopes": ["billing"] });
                let create = Request::post("/api-keys", &body);
                let time = growth.service.time(&create)?;
                let key = growth.service.answer()?["key"].take();
                Ok((time, Some(Request::post("/api-keys/verify", &json!({ "key": key })))))
            },
            "create a key",
            "verify a key",
            &Request::get("/organizations/keys/api-keys?limit=100"),
        )?;
        Ok(curves(storage, &at_sizes))
    }

    /// Makes parts of one organization, ever more of them. `make` gives how long one took, and what asks for it.
    fn with_parts(
        &mut self,
        storage: &str,
        parts: &str,
        mut make: impl FnMut(&mut Self, u32) -> Result<(Duration, Option<Request>)>,
        adding: &'static str,
        get: &'static str,
        list: &Request,
    ) -> Result<Vec<(u32, Costs)>> {
        let mut at_sizes = Vec::new();
        let (mut there, mut size) = (0, 10);
        while size <= WITHIN {
            let (mut times, mut fixed, mut newest) = (Vec::new(), Vec::new(), None);
            for number in there..size {
                let (time, request) = make(self, number)?;
                newest = request;
                if number + TIMED >= size {
                    times.push(time);
                    fixed.push(self.fixed.time(&Request::get(""))?);
                }
            }
            there = size;
            let one = newest.context("what was made cannot be asked for")?;
            let mut costs = self.costs(|_| vec![("first page of 100", list.clone()), (get, one.clone())])?;
            costs.push((adding, median(&mut times).as_secs_f64() / median(&mut fixed).as_secs_f64()));
            tell(&format!("{storage}, {size} {parts} in one organization"), &costs);
            at_sizes.push((size, costs));
            size *= 10;
        }
        Ok(at_sizes)
    }

    /// Asks for all that `requests` gives, turn by turn, and the handler that only answers in each.
    fn costs(&mut self, requests: impl Fn(u64) -> Vec<(&'static str, Request)>) -> Result<Costs> {
        let (mut fixed, mut times, mut names) = (Vec::new(), Vec::<Vec<Duration>>::new(), Vec::new());
        for _ in 0..TURNS {
            self.made += 1;
            let asked = requests(self.made);
            names = asked.iter().map(|(name, _)| *name).collect();
            times.resize(asked.len(), Vec::new());
            fixed.push(self.fixed.time(&Request::get(""))?);
            for ((_, request), times) in asked.iter().zip(&mut times) {
                times.push(self.service.time(request)?);
            }
        }
        let fixed = median(&mut fixed).as_secs_f64();
        let costs = times.iter_mut().map(|times| median(times).as_secs_f64() / fixed);
        Ok(names.into_iter().zip(costs).collect())
    }

    /// The cursors that so many rows come before, in ascending order.
    fn cursors(&mut self, depths: &[u32]) -> Result<Vec<String>> {
        let (mut found, mut come, mut cursor) = (Vec::new(), 0, String::new());
        for depth in depths {
            while come < *depth {
                let limit = (depth - come).min(1_000);
                let page =
                    self.service.json(&Request::get(&format!("/organizations?limit={limit}{cursor}")))?["pagination"]
                        .take();
                let next = page["next_cursor"].as_str().context("the list ends too early")?;
                cursor = format!("&cursor={next}");
                come += limit;
            }
            found.extend(cursor.strip_prefix("&cursor=").map(str::to_owned));
        }
        Ok(found)
    }
}

/// How many requests all instances together answer, as a multiple of what one does.
fn with_instances(program: &Path, fixed: &FixedJson, cluster: &Cluster) -> Result<Vec<Curve>> {
    const LENGTH: Duration = Duration::from_secs(3);

    wrk::find_or_install()?;
    let database = cluster.create_database()?;
    let folders = (0..INSTANCES).map(|_| tempfile::tempdir()).collect::<Result<Vec<_>, _>>()?;
    let services = folders
        .iter()
        .map(|folder| Service::start(program, folder.path(), Some(&database)))
        .collect::<Result<Vec<_>>>()?;
    let first = services.first().context("there is no instance")?;
    organizations::fill(first.address(), 0..LEAST)?;
    let handler = Target::fixed(fixed.address(), fixed.process());
    let mut at_sizes = Vec::new();
    for count in 1..=INSTANCES {
        let connections = CONNECTIONS / u32::try_from(count)?;
        let mut costs = Costs::new();
        for workload in [Workload::Get, Workload::Verify, Workload::Create] {
            let alone = wrk::run(&handler, Workload::Get, LEAST, CONNECTIONS, LENGTH)?.rate;
            let running: Vec<_> = services[..count]
                .iter()
                .map(|service| {
                    let target = Target::service("PostgreSQL", service.address(), service.process());
                    thread::spawn(move || wrk::run(&target, workload, LEAST, connections, LENGTH))
                })
                .collect();
            let mut rate = 0.0;
            for one in running {
                rate += one.join().map_err(|_| anyhow::anyhow!("a load panicked"))??.rate;
            }
            costs.push((workload.title(), rate / alone));
        }
        tell(&format!("{count} instances, as parts of the handler's rate"), &costs);
        at_sizes.push((u32::try_from(count)?, costs));
    }
    Ok(curves("", &at_sizes))
}

fn create(slug: &str) -> Request {
    Request::post("/organizations", &json!({ "slug": slug, "name": "An organization" }))
}

/// A curve for each thing that was asked: its cost at each size, as a multiple of that at the least one.
fn curves(storage: &str, at_sizes: &[(u32, Costs)]) -> Vec<Curve> {
    let Some((_, least)) = at_sizes.first() else { return Vec::new() };
    let curve = |(at, (name, first)): (usize, &(&'static str, f64))| {
        let points = at_sizes.iter().map(|(size, costs)| (f64::from(*size), costs[at].1 / first)).collect();
        let name = if storage.is_empty() { (*name).to_owned() } else { format!("{name}, {storage}") };
        Curve { name, points }
    };
    least.iter().enumerate().map(curve).collect()
}

fn tell(what: &str, costs: &Costs) {
    let costs: Vec<_> = costs.iter().map(|(name, cost)| format!("{name} {cost:.2}")).collect();
    eprintln!("{what}: {}", costs.join(", "));
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_begins_at_one() {
        let at_sizes = [(10, vec![("get", 2.0), ("list", 8.0)]), (100, vec![("get", 3.0), ("list", 8.0)])];
        let curves = curves("SQLite", &at_sizes);
        assert_eq!(curves[0].points, [(10.0, 1.0), (100.0, 1.5)]);
        assert_eq!((&*curves[1].name, &curves[1].points), ("list, SQLite", &vec![(10.0, 1.0), (100.0, 1.0)]));
    }
}
