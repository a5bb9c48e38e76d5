//! A throw-away PostgreSQL for tests, benches and tasks.
//!
//! ```no_run
//! if !tenancy_testing::postgres::is_left_out() {
//!     let url = tenancy_testing::postgres::fresh_database();
//!     // … a database of this test's own, empty.
//! }
//! ```
//!
//! It needs the programs of a PostgreSQL server, and neither a running one nor any right on the machine. What it starts
//! listens on loopback alone, lives in a folder of its own, and is gone after its owner, however that one ends.
//!
//! | environment | what for |
//! |---|---|
//! | [`URL_VARIABLE`] | a running server that [`fresh_database`] uses; `cargo xtask test` sets it |
//! | [`SWITCH_VARIABLE`] | `off`: this run leaves PostgreSQL out, see [`is_left_out`] |
//! | [`BINARIES_VARIABLE`] | the folder with `initdb` and `pg_ctl`, where they are not found by themselves |

mod account;
mod binaries;
mod cluster;
mod error;
mod proxy;
mod server;
mod watchdog;

use std::{env, sync::OnceLock};

pub use binaries::Binaries;
pub use cluster::{Cluster, Options};
pub use error::Error;
pub use proxy::Proxy;
use server::Server;

/// The environment variable with the URL of a running server, whose user may create databases.
pub const URL_VARIABLE: &str = "TENANCY_TEST_POSTGRES_URL";
/// The environment variable that leaves PostgreSQL out when it is `off`.
pub const SWITCH_VARIABLE: &str = "TENANCY_TEST_POSTGRES";
/// The environment variable with the folder of the server's programs.
pub const BINARIES_VARIABLE: &str = "TENANCY_TEST_PG_BIN";

/// Whether this run was told to leave PostgreSQL out. A test that needs it asks, and returns.
#[must_use]
pub fn is_left_out() -> bool {
    env::var_os(SWITCH_VARIABLE).is_some_and(|value| value == "off")
}

/// The URL of a new, empty database, on the server that [`URL_VARIABLE`] names or else on a cluster of this process.
///
/// The database goes with its server; on a server that was there before, it stays.
///
/// # Panics
///
/// When there is no PostgreSQL to be had: a test cannot go on, and the message says why.
#[must_use]
pub fn fresh_database() -> String {
    or_panic(shared().create_database())
}

/// The same, as a copy of the database at `template`, a URL that [`fresh_database`] gave. Nobody may be connected to
/// that one meanwhile.
///
/// # Panics
///
/// As [`fresh_database`] does.
#[must_use]
pub fn fresh_database_from(template: &str) -> String {
    or_panic(shared().create_database_from(template))
}

fn shared() -> &'static Server {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| match env::var(URL_VARIABLE) {
        Ok(url) => Server::at(url, Binaries::find().ok().as_ref()),
        // A static is never dropped: the cluster ends with the process, by its watchdog.
        Err(_) => CLUSTER.get_or_init(|| or_panic(Cluster::start(Options::default()))).server().clone(),
    })
}

#[expect(clippy::panic, reason = "a test that cannot have its database fails here, with the reason")]
fn or_panic<T>(result: Result<T, Error>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
