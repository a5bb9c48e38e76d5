//! The throw-away PostgreSQL itself: it serves, and it is gone when its owner is, however that one ended.

use std::{
    collections::BTreeSet,
    env,
    io::{self, BufRead, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{self, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tenancy_testing::postgres::{self, Cluster, Options, fresh_database, fresh_database_from};

/// The environment variable that makes [`a_cluster_is_gone_when_its_owner_is_killed`] the owner.
const OWNER: &str = "TENANCY_TESTING_OWNER";

fn port(url: &str) -> u16 {
    let authority = url.split('/').nth(2).expect("a URL");
    authority.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn databases_are_empty_and_differ() {
    if postgres::is_left_out() {
        return;
    }
    let first = fresh_database();
    let urls = BTreeSet::from([first.clone(), fresh_database(), fresh_database_from(&first)]);
    assert_eq!(urls.len(), 3);
}

#[test]
fn a_cluster_is_gone_when_it_is_dropped() {
    if postgres::is_left_out() {
        return;
    }
    let cluster = Cluster::start(Options { durable: true }).expect("a cluster");
    let database = cluster.create_database().expect("a database");
    assert!(cluster.create_database_from(&database).is_ok());
    assert!(answers(port(&database)));

    let folder = cluster.folder().to_owned();
    assert!(folder.is_dir());
    drop(cluster);
    assert!(!folder.exists());
    assert!(!answers(port(&database)));
}

/// The test runs itself as a second process, which starts a cluster, tells of it, and is killed.
#[test]
fn a_cluster_is_gone_when_its_owner_is_killed() {
    if postgres::is_left_out() {
        return;
    }
    if env::var_os(OWNER).is_some() {
        own_a_cluster_until_killed();
    }
    let mut owner = Command::new(env::current_exe().expect("the test's own program"))
        .args(["--exact", "--nocapture", "a_cluster_is_gone_when_its_owner_is_killed"])
        .env(OWNER, "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process");
    let mut lines = BufReader::new(owner.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let mut value = |name: &str| lines.find_map(|line| Some(line.split_once(name)?.1.to_owned())).expect(name);
    let folder = PathBuf::from(value("folder="));
    let port = port(&value("url="));
    assert!(folder.is_dir());
    assert!(answers(port));

    owner.kill().expect("kill -9");
    owner.wait().expect("its end");
    let begin = Instant::now();
    while folder.exists() || answers(port) {
        assert!(begin.elapsed() < Duration::from_secs(30), "{} is still there", folder.display());
        thread::sleep(Duration::from_millis(20));
    }
}

#[expect(clippy::print_stdout, reason = "its output is how the owner speaks to the test")]
fn own_a_cluster_until_killed() -> ! {
    let cluster = Cluster::start(Options::default()).expect("a cluster");
    println!("folder={}", cluster.folder().display());
    println!("url={}", cluster.url("postgres"));
    // Until the kill, or until the test itself is gone.
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(1);
}
