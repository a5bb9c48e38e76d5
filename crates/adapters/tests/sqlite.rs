//! The contract of the ports, kept in SQLite.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![cfg(feature = "sqlite")]

use tempfile::TempDir;
use tenancy_adapters::sqlite::SqliteStorage;

async fn fresh() -> (SqliteStorage, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (SqliteStorage::open(&folder.path().join("tenancy.db")).unwrap(), folder)
}

tenancy_testing::contract_suite!(fresh, property_cases: 64, walk_rows: 100_000);
