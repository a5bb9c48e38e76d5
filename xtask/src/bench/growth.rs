//! How what a request costs grows with what there is: with organizations, with the depth of a page, with members and keys in
//! one organization, and with instances.
//!
//! One caller asks for one thing after another, and what is told is how long the processors are busy with it, in the service and
//! in the PostgreSQL behind it: how long an answer takes is for the most part how long a thread takes to wake.

use std::{net::SocketAddr, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tenancy_testing::postgres::Cluster;

use super::{
    busy::Descendants,
    chart::{Chart, Curve},
    connection::{Connection, Request},
    fixed::FixedJson,
    target::Target,
    workload::Workload,
    wrk,
};
use crate::{
    median::median,
    organizations, postgres, process,
    service::{KEY, Service},
};

/// Where the charts go.
const FOLDER: &str = "docs/growth";
/// How many organizations there are at the least.
const LEAST: u32 = 1_000;
/// How often each thing is asked in a row.
const IN_A_ROW: u64 = 200;
/// How many rounds there are at each size: of each cost the median is told.
const ROUNDS: usize = 5;
/// How many members of one organization there are.
const MEMBERS: [u32; 4] = [10, 100, 1_000, 10_000];
/// How many API keys of one organization there are; it may have no more.
const KEYS: [u32; 4] = [10, 50, 100, 500];
/// How many of those that are made last, before a size is come to, are measured.
const MEASURED: u32 = 50;
/// How many instances there are at the most.
const INSTANCES: usize = 3;
/// How many connections all instances have together.
const CONNECTIONS: u32 = 32;

/// What is asked, and how many seconds the processors are busy with it.
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
        let mut growth = Growth::new(service.address())?;

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

type Get = dyn Fn(&Value) -> Request;
type Make<'a> = dyn Fn(&mut Growth, u32) -> Result<Request> + 'a;

/// What there can be many of in one organization.
struct Parts<'a> {
    what: &'a str,
    sizes: [u32; 4],
    /// Asks for the first of them.
    list: Request,
    /// Asks for the one of which the making was answered so.
    getting: (&'static str, &'a Get),
    /// Makes one.
    making: (&'static str, &'a Make<'a>),
}

const OF_LEAST: &str = "times the cost at the left end";

struct Growth {
    service: Connection,
    address: SocketAddr,
    asked: u64,
}

impl Growth {
    fn new(address: SocketAddr) -> Result<Self> {
        Ok(Self { service: Connection::open(address)?, address, asked: 0 })
    }

    /// Fills, and asks at each size.
    fn with_organizations(&mut self, storage: &str, rows: u32) -> Result<Vec<Curve>> {
        let mut at_sizes = Vec::new();
        let (mut filled, mut size) = (0, LEAST);
        while size <= rows {
            organizations::fill(self.address, filled..size)?;
            filled = size;
            // Meanwhile the connection may have been closed for being idle.
            self.service = Connection::open(self.address)?;
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
                    ("create", Request::create_organization(&format!("g-{size}-{turn}"))),
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
        self.service.ask(&Request::create_organization("members"))?;
        let make = |growth: &mut Self, number: u32| {
            let user = Request::post("/users", &json!({ "external_id": format!("user-{number}") }));
            let user = growth.service.json(&user)?["id"].take();
            let body = json!({ "user_id": user, "role": if number == 0 { "owner" } else { "member" } });
            Ok(Request::post("/organizations/members/members", &body))
        };
        let get = |made: &Value| {
            let user = made["id"].as_str().unwrap_or_default();
            Request::get(&format!("/organizations/members/members/{user}"))
        };
        let at_sizes = self.with_parts(&Parts {
            what: &format!("{storage}, members"),
            sizes: MEMBERS,
            list: Request::get("/organizations/members/members?limit=100"),
            getting: ("get a member", &get),
            making: ("add a member", &make),
        })?;
        Ok(curves(storage, &at_sizes))
    }

    fn with_keys(&mut self, storage: &str) -> Result<Vec<Curve>> {
        let organization = self.service.json(&Request::create_organization("keys"))?["id"].take();
        let make = |_: &mut Self, number: u32| {
            let owner = json!({ "type": "organization", "org_id": &organization });
            let body = json!({ "name": format!("key {number}"), "owner": owner, "scopes": ["billing"] });
            Ok(Request::post("/api-keys", &body))
        };
        let get = |made: &Value| Request::post("/api-keys/verify", &json!({ "key": made["key"] }));
        let at_sizes = self.with_parts(&Parts {
            what: &format!("{storage}, keys"),
            sizes: KEYS,
            list: Request::get("/organizations/keys/api-keys?limit=100"),
            getting: ("verify a key", &get),
            making: ("create a key", &make),
        })?;
        Ok(curves(storage, &at_sizes))
    }

    /// Makes parts of one organization, ever more of them, and asks at each size.
    fn with_parts(&mut self, parts: &Parts<'_>) -> Result<Vec<(u32, Costs)>> {
        let mut at_sizes = Vec::new();
        let mut there = 0;
        for size in parts.sizes {
            let mut times = Vec::new();
            let descendants = Descendants::find()?;
            for number in there..size {
                let make = parts.making.1(self, number)?;
                let before = (number + MEASURED >= size).then(|| descendants.busy());
                self.service.ask(&make)?;
                times.extend(before.map(|before| descendants.busy().saturating_sub(before)));
            }
            there = size;
            let one = parts.getting.1(&self.service.answer()?);
            let mut costs =
                self.costs(|_| vec![("first page of 100", parts.list.clone()), (parts.getting.0, one.clone())])?;
            costs.push((parts.making.0, median(&mut times).as_secs_f64()));
            tell(&format!("{}: {size} in one organization", parts.what), &costs);
            at_sizes.push((size, costs));
        }
        Ok(at_sizes)
    }

    /// Asks for all that `requests` gives, each so many times in a row, and round by round.
    fn costs(&mut self, requests: impl Fn(u64) -> Vec<(&'static str, Request)>) -> Result<Costs> {
        let names: Vec<_> = requests(0).into_iter().map(|(name, _)| name).collect();
        let mut times = vec![Vec::new(); names.len()];
        for _ in 0..ROUNDS {
            let descendants = Descendants::find()?;
            for (at, times) in times.iter_mut().enumerate() {
                let mut asked = Vec::new();
                for _ in 0..IN_A_ROW {
                    self.asked += 1;
                    asked.push(requests(self.asked).swap_remove(at).1);
                }
                let before = descendants.busy();
                for request in &asked {
                    self.service.ask(request)?;
                }
                times.push(descendants.busy().saturating_sub(before));
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a cost is no exact number")]
        let each = |times: &mut Vec<Duration>| median(times).as_secs_f64() / IN_A_ROW as f64;
        Ok(names.into_iter().zip(times.iter_mut().map(each)).collect())
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
        let told: Vec<_> = costs.iter().map(|(name, rate)| format!("{name} {rate:.3}")).collect();
        eprintln!("{count} instances, of what the handler that only answers does: {}", told.join(", "));
        at_sizes.push((u32::try_from(count)?, costs));
    }
    Ok(curves("", &at_sizes))
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
    let costs: Vec<_> = costs.iter().map(|(name, cost)| format!("{name} {:.1} µs", cost * 1e6)).collect();
    eprintln!("{what}: {}", costs.join(", "));
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
