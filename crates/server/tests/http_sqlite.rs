//! The HTTP suite on the real program, on SQLite.

mod support;

use std::fs;

use support::{Installation, block_on};
use tenancy_adapters::sqlite::SqliteStorage;
use tenancy_testing::http::{self, Keys, Service};

fn start() -> (Service, (support::Service, Installation)) {
    start_in(Installation::sqlite().for_http_suite())
}

fn start_in(installation: Installation) -> (Service, (support::Service, Installation)) {
    fs::create_dir(installation.data_dir()).expect("a data directory");
    let file = installation.data_dir().join("tenancy.db");
    // Made before the start: the running program has the file to itself.
    let keys = block_on(Keys::make(SqliteStorage::open(&file).expect("a database")));
    let running = installation.start();
    (Service::new(running.address(), keys).with_remains(installation.remains()), (running, installation))
}

tenancy_testing::http_suite!(start);

#[test]
fn of_many_who_make_something_at_once_as_many_succeed_as_may() {
    let installation = Installation::sqlite().for_http_suite().with_limits(http::concurrency::LIMIT);
    http::run(|| start_in(installation), http::concurrency::a_limit_is_not_passed);
}

#[test]
fn wherever_a_key_is_put_the_most_talkative_log_has_none_of_it() {
    let installation = Installation::sqlite().for_http_suite().with("TENANCY_LOG", "trace");
    http::run(|| start_in(installation), http::secrets::wherever_a_key_is_put_it_stays_nowhere);
}
