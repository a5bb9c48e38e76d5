//! Storage in PostgreSQL, for any number of instances at once.
//!
//! Reads are pipelined over a few connections that all share; each unit of work has one to itself. What is lost with a connection is read again on another one; a unit of work is not repeated.

mod connector;
mod dialect;
mod migrations;
mod readers;
#[expect(clippy::duplicate_mod, reason = "one text of the queries, compiled once for each database")]
#[path = "../sql/repositories/mod.rs"]
mod repositories;
mod tls;
mod url;
mod writers;

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    audit_log::{AuditEntry, AuditLogRepository, ChainHead, ChainId},
    authorization::TenantScope,
    organizations::{Deleted, Organization, OrganizationRef, OrganizationRepository},
    pagination::{Page, PageRequest, PageSize},
    ports::{NotReady, StorageHealth},
    sealing::{KnownMasterKey, MasterKeyRepository},
    unit_of_work::{UnitOfWork, Work},
};

use self::{
    connector::Connector,
    dialect::database_error,
    readers::Readers,
    repositories::{api_keys, audit_log, consistency, master_keys, organizations},
    writers::Writers,
};
use crate::OpenError;

/// Storage in a PostgreSQL database. Cloning it gives another handle to the same connections.
#[derive(Clone)]
pub struct PostgresStorage(Arc<Inner>);

struct Inner {
    connector: Connector,
    readers: Readers,
    writers: Writers,
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
            writers: Writers::new(connector.clone())?,
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
impl OrganizationRepository for PostgresStorage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        let read =
            |connection: Arc<_>| async move { organizations::find(&connection, scope, reference, deleted).await };
        self.0.readers.read(read).await
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        let read = |connection: Arc<_>| async move { organizations::list(&connection, scope, request, deleted).await };
        self.0.readers.read(read).await
    }
}

#[async_trait]
impl ApiKeyRepository for PostgresStorage {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        let read = |connection: Arc<_>| async move { api_keys::find_credential(&connection, hash).await };
        self.0.readers.read(read).await
    }

    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        let read = |connection: Arc<_>| async move { api_keys::find(&connection, scope, id).await };
        self.0.readers.read(read).await
    }

    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        let read = |connection: Arc<_>| async move { api_keys::list(&connection, scope, filter, request).await };
        self.0.readers.read(read).await
    }

    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        let connection = self.0.writers.connection().await?;
        api_keys::record_uses(&connection, uses).await
    }
}

#[async_trait]
impl AuditLogRepository for PostgresStorage {
    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<(ChainId, ChainHead)>, Error> {
        let read = |connection: Arc<_>| async move { audit_log::chains(&connection, scope, after, limit).await };
        self.0.readers.read(read).await
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        let read =
            |connection: Arc<_>| async move { audit_log::entries(&connection, scope, chain, after, limit).await };
        self.0.readers.read(read).await
    }
}

#[async_trait]
impl MasterKeyRepository for PostgresStorage {
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, Error> {
        self.0.readers.read(|connection: Arc<_>| async move { master_keys::list(&connection).await }).await
    }

    async fn add_master_key(&self, key: &KnownMasterKey) -> Result<(), Error> {
        let connection = self.0.writers.connection().await?;
        master_keys::add(&connection, key).await
    }
}

#[async_trait]
impl UnitOfWork for PostgresStorage {
    async fn run(&self, work: Work) -> Result<(), Error> {
        self.0.writers.run(work).await
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
