//! Opens the storage that the settings name: to change it, or to look at it beside a running service.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use tenancy_adapters::{postgres::PostgresStorage, sqlite::SqliteStorage};
use tenancy_domain::ports::NotReady;

use crate::{
    data_dir::{DataDir, OwnerLock},
    operator_error::OperatorResult,
    ports::Ports,
    settings::{
        Settings,
        database_url::{DatabaseUrl, PostgresUrl},
    },
};

/// An open storage, and on SQLite the possession of its files.
pub struct Storage {
    // Dropped in this order: the files are given back once they are closed.
    database: Database,
    locks: Vec<OwnerLock>,
}

enum Database {
    Sqlite(SqliteStorage),
    Postgres(PostgresStorage),
}

impl Storage {
    /// Opens the storage to change it. On SQLite this makes the data directory and the database where there are none,
    /// brings the schema up to date, and refuses when another process owns them. On PostgreSQL it connects, and changes
    /// nothing by itself.
    ///
    /// # Errors
    /// [`InUse`](crate::data_dir::InUse) when another process owns the database; else when it cannot be opened.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let data_dir = DataDir::at(&settings.data_dir);
        let file = match Place::of(settings) {
            Place::Server(url) => return Self::connect(url).await,
            Place::File(file) => file,
        };
        data_dir.create()?;
        let mut locks = vec![data_dir.lock()?];
        if !data_dir.contains(&file) {
            // Another process might use the same file with another data directory.
            locks.push(OwnerLock::acquire(&lock_beside(&file), &file)?);
        }
        Ok(Self { database: Database::Sqlite(SqliteStorage::open(&file)?), locks })
    }

    /// Opens the storage to look at it, which may be done beside a running service.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened, or its schema is not that of this program.
    pub async fn open_read_only(settings: &Settings) -> anyhow::Result<Self> {
        match Place::of(settings) {
            Place::Server(url) => {
                let storage = Self::connect(url).await?;
                storage.require_current_schema().await?;
                Ok(storage)
            }
            Place::File(file) => {
                Ok(Self { database: Database::Sqlite(SqliteStorage::open_read_only(&file)?), locks: Vec::new() })
            }
        }
    }

    async fn connect(url: &PostgresUrl) -> anyhow::Result<Self> {
        let storage = PostgresStorage::connect(url.expose()).await.with_context(|| format!("database {url}"))?;
        Ok(Self { database: Database::Postgres(storage), locks: Vec::new() })
    }

    /// Brings the schema up to date, and gives the number of migrations that were run. On SQLite opening has done it
    /// already. Several processes may do this at once.
    ///
    /// # Errors
    /// When a migration fails, or a newer version of this program has been here.
    pub async fn migrate(&self) -> anyhow::Result<usize> {
        match &self.database {
            Database::Sqlite(_) => Ok(0),
            Database::Postgres(storage) => Ok(storage.migrate().await?),
        }
    }

    /// Asks that storage answers and has the schema of this program.
    ///
    /// # Errors
    /// The reason why not.
    pub async fn require_current_schema(&self) -> anyhow::Result<()> {
        match self.ports().health.ready().await {
            Err(error @ NotReady::MigrationsPending(_)) => Err(error).context("run `tenancy migrate` first"),
            ready => Ok(ready?),
        }
    }

    /// Looks through all of the database; gives what it finds, in words.
    ///
    /// # Errors
    /// When it cannot look to the end.
    pub async fn full_check(&self) -> anyhow::Result<Vec<String>> {
        match &self.database {
            Database::Sqlite(storage) => storage.full_check().await,
            Database::Postgres(storage) => storage.full_check().await,
        }
        .for_operator()
    }

    /// Starts what storage does in the background while it serves: on SQLite, a look through the file for damage.
    pub fn start_background_checks(&self) {
        if let Database::Sqlite(storage) = &self.database {
            storage.start_quick_check();
        }
    }

    /// Whether it is a file that this process owns alone.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self.database, Database::Sqlite(_))
    }

    /// Tells other processes that find the files in use where their owner listens.
    ///
    /// # Errors
    /// When a lock cannot be written.
    pub fn announce(&mut self, url: &str) -> io::Result<()> {
        self.locks.iter_mut().try_for_each(|lock| lock.announce(url))
    }

    /// The ports of this storage.
    #[must_use]
    pub fn ports(&self) -> Ports {
        match &self.database {
            Database::Sqlite(storage) => Ports::of(storage.clone()),
            Database::Postgres(storage) => Ports::of(storage.clone()),
        }
    }
}

/// Where the database is.
enum Place<'a> {
    File(PathBuf),
    Server(&'a PostgresUrl),
}

impl<'a> Place<'a> {
    fn of(settings: &'a Settings) -> Self {
        match &settings.database_url {
            DatabaseUrl::InDataDir => Self::File(DataDir::at(&settings.data_dir).database()),
            DatabaseUrl::Sqlite(file) => Self::File(file.clone()),
            DatabaseUrl::Postgres(url) => Self::Server(url),
        }
    }
}

/// The lock of a database that lies outside the data directory.
fn lock_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
