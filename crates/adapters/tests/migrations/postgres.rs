//! PostgreSQL, in a database of its own.

use tenancy_testing::postgres::fresh_database;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use super::database::{CatalogueRow, Database};

pub(crate) struct Postgres {
    client: Client,
    /// The connection lives in it.
    runtime: Runtime,
}

impl Postgres {
    pub(crate) fn empty() -> Self {
        let runtime = Runtime::new().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(&fresh_database(), NoTls)).unwrap();
        runtime.spawn(connection);
        Self { client, runtime }
    }
}

impl Database for Postgres {
    fn execute(&mut self, script: &str) {
        self.runtime.block_on(self.client.batch_execute(script)).unwrap();
    }

    fn objects(&mut self) -> Vec<String> {
        let query = "
            WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
            SELECT definition FROM (
                SELECT format('relation %s: %s', relkind, relname) AS definition FROM ours
                UNION ALL
                SELECT format('column %s.%s: %s, not null %s, collation %s, default %s', relname, attname,
                              format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation,
                              pg_get_expr(adbin, adrelid))
                FROM ours JOIN pg_attribute ON attrelid = ours.oid
                     LEFT JOIN pg_attrdef ON adrelid = ours.oid AND adnum = attnum
                WHERE attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT format('index: %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL
                SELECT format('constraint %s of %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                UNION ALL
                SELECT format('trigger: %s', pg_get_triggerdef(pg_trigger.oid))
                FROM pg_trigger JOIN ours ON tgrelid = ours.oid WHERE NOT tgisinternal
                UNION ALL
                SELECT format('routine: %s', pg_get_functiondef(oid))
                FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
            ) AS objects
            ORDER BY definition";
        let rows = self.runtime.block_on(self.client.query(query, &[])).unwrap();
        rows.iter().map(|row| row.get("definition")).collect()
    }

    fn catalogue(&mut self) -> Vec<CatalogueRow> {
        let query = "
            SELECT relname::text, attname::text, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable,
                   coalesce(array_position(indkey::int2[], attnum) + 1, 0) AS key_position
            FROM pg_class
                 JOIN pg_attribute ON attrelid = pg_class.oid
                 LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped";
        let rows = self.runtime.block_on(self.client.query(query, &[])).unwrap();
        rows.iter()
            .map(|row| CatalogueRow {
                table: row.get("relname"),
                column: row.get("attname"),
                sql_type: row.get("type"),
                nullable: row.get("nullable"),
                key_position: row.get("key_position"),
            })
            .collect()
    }
}
