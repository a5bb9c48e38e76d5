//! The contract of the ports, kept in memory.

#![cfg(feature = "memory")]

use tenancy_adapters::memory::MemoryStorage;

tenancy_testing::contract_suite!(
    async || (MemoryStorage::new(), ()),
    property_cases: 256,
    walk_rows: 100_000,
);
