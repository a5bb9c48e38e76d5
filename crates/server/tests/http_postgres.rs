//! The HTTP suite on the real program, on PostgreSQL.

mod support;

use std::sync::LazyLock;

use support::{Installation, block_on};
use tenancy_adapters::postgres::PostgresStorage;
use tenancy_testing::{
    http::{Keys, Service},
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
    let (template, keys) = &*TEMPLATE;
    let installation = Installation::on_postgres(fresh_database_from(template));
    let running = installation.start();
    (Service::new(running.address(), keys.clone()), (running, installation))
}

tenancy_testing::http_suite!(start, unless: is_left_out());
