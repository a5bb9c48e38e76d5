//! SQLite, in memory.

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Bool, Integer, Text},
};

use super::database::{CatalogueRow, Database};

pub(crate) struct Sqlite(SqliteConnection);

#[derive(QueryableByName)]
struct Object {
    #[diesel(sql_type = Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    column_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Integer)]
    key_position: i32,
}

impl Sqlite {
    pub(crate) fn empty() -> Self {
        Self(SqliteConnection::establish(":memory:").unwrap())
    }
}

impl Database for Sqlite {
    fn execute(&mut self, script: &str) {
        self.0.batch_execute(script).unwrap();
    }

    fn objects(&mut self) -> Vec<String> {
        // What has no text of its own is made for a constraint, and is in the table's.
        let query = "SELECT sql AS definition FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
        sql_query(query).load::<Object>(&mut self.0).unwrap().into_iter().map(|object| object.definition).collect()
    }

    fn catalogue(&mut self) -> Vec<CatalogueRow> {
        let query = r#"
            SELECT tables.name AS table_name, columns.name AS column_name, columns.type AS column_type,
                   NOT columns."notnull" AS nullable, columns.pk AS key_position
            FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table'"#;
        let rows: Vec<Row> = sql_query(query).load(&mut self.0).unwrap();
        rows.into_iter()
            .map(|row| CatalogueRow {
                table: row.table_name,
                column: row.column_name,
                sql_type: row.column_type,
                nullable: row.nullable,
                key_position: row.key_position,
            })
            .collect()
    }
}
