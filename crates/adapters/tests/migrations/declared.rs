//! The tables as `src/sql/schema.rs` declares them. It is read as text: the declarations leave nothing behind at run
//! time that tells of their types, and the module is private.

use std::collections::BTreeMap;

use super::database::{Column, Table};

const DECLARATIONS: &str = include_str!("../../src/sql/schema.rs");

/// The database whose names the types are given in.
#[derive(Clone, Copy)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
}

/// The tables by name.
pub(crate) fn declared_tables(dialect: Dialect) -> BTreeMap<String, Table> {
    DECLARATIONS.split("diesel::table! {").skip(1).map(|block| table(block, dialect)).collect()
}

/// Reads the inside of a `table!`, which rustfmt leaves as it is: imports, `name (key, …) {`, and `column -> Type,` on a
/// line each.
fn table(block: &str, dialect: Dialect) -> (String, Table) {
    let mut name = String::new();
    let mut table = Table::default();
    for line in block.lines().map(str::trim) {
        if let Some((column, declared)) = line.split_once(" -> ") {
            let declared = declared.trim_end_matches(',');
            let inner = declared.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
            let sql_type = sql_type(inner.unwrap_or(declared), dialect).to_owned();
            table.columns.insert(column.to_owned(), Column { sql_type, nullable: inner.is_some() });
        } else if let Some((begin, rest)) = line.split_once(" (") {
            begin.clone_into(&mut name);
            let key = rest.split_once(')').expect("the end of the key").0;
            table.primary_key = key.split(", ").map(str::to_owned).collect();
        } else if line == "}" {
            break;
        }
    }
    (name, table)
}

/// What stands for one of the query builder's types: the one place with the mapping of both databases.
fn sql_type(declared: &str, dialect: Dialect) -> &'static str {
    let (postgres, sqlite) = match declared {
        "Id" => ("uuid", "BLOB"),
        "Instant" => ("timestamp with time zone", "INTEGER"),
        "Text" => ("text", "TEXT"),
        "BigInt" => ("bigint", "INTEGER"),
        "Bool" => ("boolean", "INTEGER"),
        "Binary" => ("bytea", "BLOB"),
        other => panic!("src/sql/schema.rs has the type {other}: give it its place here"),
    };
    match dialect {
        Dialect::Postgres => postgres,
        Dialect::Sqlite => sqlite,
    }
}
