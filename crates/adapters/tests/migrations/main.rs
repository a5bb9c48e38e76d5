//! The migrations of both databases: they are paired, each can be taken back, and the tables that they make are those
//! that the queries are written against.
#![cfg(all(feature = "postgres", feature = "sqlite"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a check that cannot be made has failed")]

mod database;
mod declared;
mod postgres;
mod scripts;
mod sqlite;

use std::collections::BTreeMap;

use database::{Database, Table};
use declared::{Dialect, declared_tables};
use postgres::Postgres;
use scripts::Script;
use sqlite::Sqlite;

/// Applies every migration and takes it back, and again applies them all: each way must lead where it led before.
fn prove_that_each_can_be_taken_back(database: &mut impl Database, scripts: &[Script]) {
    let mut before = Vec::new();
    for script in scripts {
        before.push(database.objects());
        database.execute(&script.up);
    }
    let complete = database.objects();
    assert!(!complete.is_empty());
    assert_eq!(before.first().map(Vec::len), Some(0));

    for (script, before) in scripts.iter().zip(&before).rev() {
        database.execute(&script.down);
        assert_eq!(database.objects(), *before, "{}/down.sql does not undo its up.sql", script.name);
    }
    for script in scripts {
        database.execute(&script.up);
    }
    assert_eq!(database.objects(), complete);
}

fn prove_that_the_declared_tables_are_there(database: &mut impl Database, scripts: &[Script], dialect: Dialect) {
    for script in scripts {
        database.execute(&script.up);
    }
    let declared: BTreeMap<String, Table> = declared_tables(dialect);
    assert!(!declared.is_empty());
    assert_eq!(database.tables(), declared, "left: the migrations make; right: src/sql/schema.rs declares");
}

#[test]
fn the_migrations_of_both_databases_are_paired() {
    let names = |database| scripts::of(database).into_iter().map(|script| script.name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn each_can_be_taken_back_on_sqlite() {
    prove_that_each_can_be_taken_back(&mut Sqlite::empty(), &scripts::of("sqlite"));
}

#[test]
fn each_can_be_taken_back_on_postgres() {
    if tenancy_testing::postgres::is_left_out() {
        return;
    }
    prove_that_each_can_be_taken_back(&mut Postgres::empty(), &scripts::of("postgres"));
}

#[test]
fn the_declared_tables_are_there_on_sqlite() {
    prove_that_the_declared_tables_are_there(&mut Sqlite::empty(), &scripts::of("sqlite"), Dialect::Sqlite);
}

#[test]
fn the_declared_tables_are_there_on_postgres() {
    if tenancy_testing::postgres::is_left_out() {
        return;
    }
    prove_that_the_declared_tables_are_there(&mut Postgres::empty(), &scripts::of("postgres"), Dialect::Postgres);
}
