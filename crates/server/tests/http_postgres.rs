//! The HTTP suite on the real program, on PostgreSQL.

mod support;

use std::sync::LazyLock;

use support::{Installation, block_on};
use tenancy_adapters::postgres::PostgresStorage;
use tenancy_testing::{
    http::{self, Keys, Service},
    postgres::{fresh_database, fresh_database_from, is_left_out},
};

/// A database that was migrated once and has the keys: to copy it is much faster than to make another one.
static TEMPLATE: LazyLock<(String, Keys)> = LazyLock::new(|| {
    let url = fresh_database();
    let keys = block_on(async {
        let storage = PostgresStorage::connect(&url).await.expect("a connection");
        storage.migrate().await.expect("a schema");
        Keys::make(storage).await
    });
    (url, keys)
});

fn start() -> (Service, (support::Service, Installation)) {
    start_in(|installation| installation)
}

fn start_in(settings: impl FnOnce(Installation) -> Installation) -> (Service, (support::Service, Installation)) {
    let (template, keys) = &*TEMPLATE;
    let installation = settings(Installation::on_postgres(fresh_database_from(template)).for_http_suite());
    let running = installation.start();
    let service = Service::new(running.address(), keys.clone()).with_remains(installation.remains());
    (service, (running, installation))
}

tenancy_testing::http_suite!(start, unless: is_left_out());

#[test]
fn of_many_who_make_something_at_once_as_many_succeed_as_may() {
    if is_left_out() {
        return;
    }
    let start = || start_in(|installation| installation.with_limits(http::concurrency::LIMIT));
    http::run(start, http::concurrency::a_limit_is_not_passed);
}

#[test]
fn wherever_a_key_is_put_the_most_talkative_log_has_none_of_it() {
    if is_left_out() {
        return;
    }
    let start = || start_in(|installation| installation.with("TENANCY_LOG", "trace"));
    http::run(start, http::secrets::wherever_a_key_is_put_it_stays_nowhere);
}
