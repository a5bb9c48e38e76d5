//! Storage in PostgreSQL, for any number of instances at once.
//!
//! Reads are pipelined over a few connections that all share, and organizations that are looked up at once are read at once;
//! each unit of work has a connection to itself, but for organizations that are made at once. What is lost with a connection is read again on another one; a unit of work
//! is not repeated.

mod audit_keeping;
mod both;
mod columns;
mod connector;
mod creations;
mod dialect;
mod migrations;
mod notices;
mod organizations;
mod readers;
#[expect(clippy::duplicate_mod, reason = "one text of the queries, compiled once for each database")]
#[path = "../sql/repositories/mod.rs"]
mod repositories;
mod tls;
mod unnested;
mod url;
mod writers;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;
use tenancy_domain::{
    Error,
    api_keys::{CredentialCache, CredentialNotices},
    audit_log::ChainMac,
    organizations::OrganizationCreation,
    ports::{NotReady, StorageHealth},
    unit_of_work::{UnitOfWork, Work},
};

use self::{
    connector::Connector, creations::TRANSACTIONS, dialect::database_error, readers::Readers,
    repositories::consistency, writers::Writers,
};
use crate::{
    OpenError,
    sql::{
        creations::{CreateTogether as _, Creations},
        look_ups::{OrganizationLookUps, WAYS},
    },
};

/// Storage in a PostgreSQL database. Cloning it gives another handle to the same connections.
#[derive(Clone)]
pub struct PostgresStorage(Arc<Inner>);

struct Inner {
    connector: Connector,
    readers: Readers,
    look_ups: Arc<OrganizationLookUps>,
    writers: Writers,
    creations: Arc<Creations>,
    /// What the audit chains are made with, once that is told.
    chain_mac: OnceLock<Arc<dyn ChainMac>>,
}

impl PostgresStorage {
    /// Connects to the database at a `postgres://` URL, with the parameters that libpq has for it; `sslmode` and
    /// `sslrootcert` as there. Changes nothing in it: see [`PostgresStorage::migrate`].
    ///
    /// # Errors
    /// [`OpenError::Url`] for a URL that cannot be read, and [`OpenError::Connect`] when there is no connection to be
    /// had.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        let connector = Connector::new(url)?;
        // Tells at once whether the address and the password are right.
        connector.connect().await?;
        Ok(Self(Arc::new(Inner {
            readers: Readers::new(connector.clone()),
            look_ups: Arc::new(OrganizationLookUps::new(WAYS)),
            writers: Writers::new(connector.clone())?,
            creations: Arc::new(Creations::new(TRANSACTIONS)),
            chain_mac: OnceLock::new(),
            connector,
        })))
    }

    /// Runs the pending migrations under an advisory lock, and gives their number. Any number of instances may ask at
    /// once.
    ///
    /// # Errors
    /// [`OpenError::Newer`] when a newer version of this program has migrated the database, and
    /// [`OpenError::Migration`] when a migration fails.
    pub async fn migrate(&self) -> Result<usize, OpenError> {
        migrations::run(&self.0.connector).await
    }

    /// Reads all rows and holds them against each other. Gives what it finds, in words; nothing when all is sound.
    /// Takes time with the size of the database.
    ///
    /// # Errors
    /// When it cannot look to the end.
    pub async fn full_check(&self) -> Result<Vec<String>, Error> {
        // On a connection of its own: it takes longer than a read may.
        let connection = self.0.connector.connect().await.map_err(Error::unavailable)?;
        consistency::check(&connection).await
    }

    /// The known migrations that the database lacks.
    async fn pending_migrations(&self) -> Result<usize, Error> {
        #[derive(QueryableByName)]
        struct Applied {
            #[diesel(sql_type = Text)]
            version: String,
        }

        let applied: Vec<Applied> = self
            .0
            .readers
            .read(|connection| async move {
                let query = diesel::sql_query("SELECT version FROM __diesel_schema_migrations");
                query.load(&mut &*connection).await.map_err(database_error)
            })
            .await?;
        let lacks = |version: &String| !applied.iter().any(|row| row.version == *version);
        Ok(migrations::known().iter().filter(|version| lacks(version)).count())
    }
}

#[async_trait]
impl UnitOfWork for PostgresStorage {
    async fn run(&self, work: Work) -> Result<(), Error> {
        self.0.writers.run(work, self.0.chain_mac.get().cloned()).await
    }

    async fn create_organization(&self, creation: OrganizationCreation) -> Result<(), Error> {
        self.create(creation).await
    }
}

impl CredentialNotices for PostgresStorage {
    fn subscribe(&self, cache: &Arc<CredentialCache>) {
        self.0.writers.subscribers().add(cache);
        // What other instances change is heard of over a connection, which may be lost: the cache is trusted while it is not.
        notices::start(self.0.connector.clone(), cache);
    }
}

#[async_trait]
impl StorageHealth for PostgresStorage {
    async fn ready(&self) -> Result<(), NotReady> {
        match self.pending_migrations().await {
            Ok(0) => Ok(()),
            Ok(pending) => Err(NotReady::MigrationsPending(pending)),
            // The server answered, and has no such table: nothing was ever migrated.
            Err(Error::Internal(_)) => Err(NotReady::MigrationsPending(migrations::known().len())),
            Err(error) => Err(NotReady::Unreachable(error)),
        }
    }
}
