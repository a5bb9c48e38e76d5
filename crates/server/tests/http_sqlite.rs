//! The HTTP suite on the real program, on SQLite.

mod support;

use std::fs;

use support::{Installation, block_on};
use tenancy_adapters::sqlite::SqliteStorage;
use tenancy_testing::http::{Keys, Service};

fn start() -> (Service, (support::Service, Installation)) {
    let installation = Installation::sqlite();
    fs::create_dir(installation.data_dir()).expect("a data directory");
    let file = installation.data_dir().join("tenancy.db");
    // Made before the start: the running program has the file to itself.
    let keys = block_on(Keys::make(SqliteStorage::open(&file).expect("a database")));
    let running = installation.start();
    (Service::new(running.address(), keys), (running, installation))
}

tenancy_testing::http_suite!(start);
