//! What an installation leaves behind: its database, row by row and as it lies in its files, and its log.

use std::{fs, path::PathBuf};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types};
use tenancy_testing::http;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::block_on;

/// The one column that every request may write to.
const USED: &str = "last_used_at";

/// What an installation leaves behind.
pub(crate) struct Remains {
    pub(super) data_dir: PathBuf,
    pub(super) log: PathBuf,
    /// The URL of the database, on PostgreSQL.
    pub(super) url: Option<String>,
}

impl http::Remains for Remains {
    fn rows(&self) -> Vec<String> {
        match &self.url {
            Some(url) => block_on(postgres_rows(url)),
            None => sqlite_rows(&self.data_dir.join("tenancy.db")),
        }
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![("the log".to_owned(), fs::read(&self.log).unwrap())];
        if self.url.is_none() {
            let names = ["tenancy.db", "tenancy.db-wal", "tenancy.db-shm"];
            let present =
                names.iter().filter_map(|name| Some(((*name).to_owned(), fs::read(self.data_dir.join(name)).ok()?)));
            files.extend(present);
        }
        files
    }
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

/// Read beside the running service, which owns the directory, by a connection that cannot write.
fn sqlite_rows(file: &std::path::Path) -> Vec<String> {
    let mut connection = SqliteConnection::establish(&format!("file:{}?mode=ro", file.display())).unwrap();
    let mut texts = |query: &str| -> Vec<String> {
        let rows = diesel::sql_query(query).load::<Text>(&mut connection).unwrap();
        rows.into_iter().map(|row| row.text).collect()
    };
    let tables = texts("SELECT name AS text FROM sqlite_master WHERE type = 'table' ORDER BY name");
    let mut rows = Vec::new();
    for table in tables {
        let columns = texts(&format!("SELECT name AS text FROM pragma_table_info('{table}') ORDER BY cid"));
        let written = columns.iter().filter(|column| *column != USED).map(|column| format!("quote(\"{column}\")"));
        let written = written.collect::<Vec<_>>().join(" || ', ' || ");
        let of_table = texts(&format!("SELECT {written} AS text FROM \"{table}\" ORDER BY 1"));
        rows.extend(of_table.into_iter().map(|row| format!("{table}: {row}")));
    }
    rows
}

async fn postgres_rows(url: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let texts = async |query: &str| -> Vec<String> {
        let messages = client.simple_query(query).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap().to_owned()),
            _ => None,
        });
        rows.collect()
    };
    let tables = texts(
        "SELECT quote_ident(table_name) FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    .await;
    let mut rows = Vec::new();
    for table in tables {
        let of_table = texts(&format!("SELECT (to_jsonb(r) - '{USED}')::text FROM {table} AS r ORDER BY 1")).await;
        rows.extend(of_table.into_iter().map(|row| format!("{table}: {row}")));
    }
    drop(client);
    connection.await.unwrap().unwrap();
    rows
}
