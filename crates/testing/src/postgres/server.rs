//! A running server, and the databases that are made in it.

use std::{
    path::PathBuf,
    process::{self, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use super::{Binaries, Error};

/// The database that every server has, and from which others are made.
const MAINTENANCE: &str = "postgres";

/// A running server, reached through its own client program: tests of the drivers must not rest on a driver.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// A URL of the server; its database does not matter.
    url: String,
    psql: PathBuf,
}

impl Server {
    pub(super) fn at(url: String, binaries: Option<&Binaries>) -> Self {
        Self { url, psql: binaries.map_or_else(|| PathBuf::from("psql"), Binaries::psql) }
    }

    /// The URL of `database` on this server.
    pub(super) fn url(&self, database: &str) -> String {
        with_database(&self.url, database)
    }

    pub(super) fn create_database(&self) -> Result<String, Error> {
        self.create("template1")
    }

    pub(super) fn create_database_from(&self, template: &str) -> Result<String, Error> {
        self.create(database_of(template))
    }

    fn create(&self, template: &str) -> Result<String, Error> {
        let name = unique_name();
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE \"{}\"", template.replace('"', "\"\"")))?;
        Ok(self.url(&name))
    }

    fn execute(&self, statement: &str) -> Result<(), Error> {
        let step = "create a database";
        let output = Command::new(&self.psql)
            .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", &self.url(MAINTENANCE)])
            .args(["--command", statement])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Error::failed(step, format!("{}: {error}", self.psql.display())))?;
        if output.status.success() { Ok(()) } else { Err(Error::failed(step, String::from_utf8_lossy(&output.stderr))) }
    }
}

/// A name that no other database has, whichever process made it: many share one server.
fn unique_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static BEGIN: LazyLock<u128> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis()));
    format!("test_{:x}_{}_{}", *BEGIN, process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// `url` with another database, and the same parameters.
fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let (scheme, authority_and_path) = address.split_once("://").unwrap_or(("postgres", address));
    let authority = authority_and_path.split('/').next().unwrap_or_default();
    match parameters {
        Some(parameters) => format!("{scheme}://{authority}/{database}?{parameters}"),
        None => format!("{scheme}://{authority}/{database}"),
    }
}

/// The database's name in a URL that [`Server::url`] made.
fn database_of(url: &str) -> &str {
    let address = url.split_once('?').map_or(url, |(address, _)| address);
    address.rsplit_once('/').map_or(address, |(_, database)| database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_exchanged() {
        let cases = [
            ("postgres://me@127.0.0.1:5433/postgres", "postgres://me@127.0.0.1:5433/x"),
            ("postgres://me@127.0.0.1:5433", "postgres://me@127.0.0.1:5433/x"),
            ("postgresql://me:pw@db/a?sslmode=disable", "postgresql://me:pw@db/x?sslmode=disable"),
            ("postgres://?host=/run/postgresql", "postgres:///x?host=/run/postgresql"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "x"), expected);
            assert_eq!(database_of(expected), "x");
        }
    }

    #[test]
    fn names_differ() {
        assert_ne!(unique_name(), unique_name());
    }
}
