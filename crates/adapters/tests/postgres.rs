//! The contract of the ports, kept in PostgreSQL.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![cfg(feature = "postgres")]

use tenancy_adapters::postgres::PostgresStorage;
use tenancy_testing::postgres::{fresh_database, fresh_database_from, is_left_out};
use tokio::sync::OnceCell;

/// A copy of a database that was migrated once: a hundred times faster than to migrate each.
async fn fresh() -> (PostgresStorage, ()) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();

    let migrate = || async {
        let url = fresh_database();
        PostgresStorage::connect(&url).await.unwrap().migrate().await.unwrap();
        url
    };
    let template = TEMPLATE.get_or_init(migrate).await;
    (PostgresStorage::connect(&fresh_database_from(template)).await.unwrap(), ())
}

tenancy_testing::contract_suite!(fresh, property_cases: 16, walk_rows: 100_000, unless: is_left_out());
