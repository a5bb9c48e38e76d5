//! What the checks ask of a database.

use std::collections::BTreeMap;

/// A column, as far as the queries depend on it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// The type's name in the database.
    pub(crate) sql_type: String,
    /// Whether it takes NULL.
    pub(crate) nullable: bool,
}

/// A table, as far as the queries depend on it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The columns by name: their order is no matter, as every query names them.
    pub(crate) columns: BTreeMap<String, Column>,
    /// The columns of the primary key, in its order.
    pub(crate) primary_key: Vec<String>,
}

/// One row of a database's catalogue: a column and its table.
pub(crate) struct CatalogueRow {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) sql_type: String,
    pub(crate) nullable: bool,
    /// The place in the primary key, from 1; 0 is none.
    pub(crate) key_position: i32,
}

/// A database that was empty when it was given to the check.
pub(crate) trait Database {
    /// Runs the statements, as one script.
    fn execute(&mut self, script: &str);

    /// Everything in the schema, as a text each, in a fixed order.
    fn objects(&mut self) -> Vec<String>;

    /// The columns of every table.
    fn catalogue(&mut self) -> Vec<CatalogueRow>;

    /// The tables by name.
    fn tables(&mut self) -> BTreeMap<String, Table> {
        let mut rows = self.catalogue();
        rows.sort_by_key(|row| row.key_position);
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for row in rows {
            let table = tables.entry(row.table).or_default();
            if row.key_position > 0 {
                table.primary_key.push(row.column.clone());
            }
            table.columns.insert(row.column, Column { sql_type: row.sql_type, nullable: row.nullable });
        }
        tables
    }
}
