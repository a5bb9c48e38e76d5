//! What only PostgreSQL has: a server that may be gone, and several instances on one database.
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![cfg(feature = "postgres")]

use std::{fs, sync::Arc, time::Duration};

use tenancy_adapters::{
    OpenError,
    postgres::PostgresStorage,
    system::{MonotonicIds, SystemClock},
};
use tenancy_domain::{
    Deleted, DisplayName, Error, Slug,
    access::Access,
    audit_log::{AuditVerifier, ChainKeyRepository, KnownHeads},
    authorization::{AuditLogsRead, Caller, OrganizationsRead, OrganizationsWrite},
    effects::Effects,
    organizations::{NewOrganization, OrganizationRef, OrganizationService},
    ports::{NotReady, StorageHealth},
    unit_of_work::{Outcome, UnitOfWorkExt},
};
use tenancy_testing::{
    doubles::PredictableMac,
    postgres::{fresh_database, is_left_out},
};

async fn migrated(url: &str) -> PostgresStorage {
    let storage = PostgresStorage::connect(url).await.unwrap();
    storage.migrate().await.unwrap();
    storage.use_chain_mac(Arc::new(PredictableMac));
    storage
}

fn service(storage: &PostgresStorage) -> OrganizationService {
    let storage = Arc::new(storage.clone());
    let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
    let effects = Effects::new(storage.clone(), Arc::new(SystemClock), Arc::new(MonotonicIds::new()));
    OrganizationService::new(storage, access, effects)
}

fn named(name: &str) -> NewOrganization {
    NewOrganization::new(Slug::parse(name).unwrap(), DisplayName::parse(name).unwrap())
}

async fn create(storage: &PostgresStorage, name: &str) -> Result<(), Error> {
    let grant = Caller::command_line().authorize::<OrganizationsWrite>()?;
    service(storage).create(&grant, named(name)).await.map(|_| ())
}

async fn exists(storage: &PostgresStorage, name: &str) -> Result<bool, Error> {
    let grant = Caller::command_line().authorize::<OrganizationsRead>()?;
    let reference = OrganizationRef::parse(name)?;
    match service(storage).get(&grant, &reference, Deleted::Hidden).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A plain connection, to do what our own storage never does.
async fn plain(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_together_migrate_once() {
    if is_left_out() {
        return;
    }
    let migrations = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres")).unwrap().count();
    let url = fresh_database();
    let storage = PostgresStorage::connect(&url).await.unwrap();
    let pending = storage.ready().await;
    assert!(matches!(pending, Err(NotReady::MigrationsPending(count)) if count == migrations), "{pending:?}");

    let starts: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { PostgresStorage::connect(&url).await.unwrap().migrate().await })
        })
        .collect();
    let mut applied = 0;
    for start in starts {
        applied += start.await.unwrap().unwrap();
    }
    assert_eq!(applied, migrations);
    storage.ready().await.unwrap();
}

#[tokio::test]
async fn migrations_run_on_a_runtime_with_one_thread() {
    if is_left_out() {
        return;
    }
    migrated(&fresh_database()).await.ready().await.unwrap();
}

#[tokio::test]
async fn a_database_that_a_newer_version_has_migrated_is_refused() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let storage = migrated(&url).await;
    plain(&url).await.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").await.unwrap();
    assert!(matches!(storage.migrate().await, Err(OpenError::Newer(version)) if version == "9999"));
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_without_the_password() {
    let Err(error) = PostgresStorage::connect("postgres://user:hunter2@127.0.0.1:1/db").await else {
        panic!("nothing listens there");
    };
    assert!(matches!(error, OpenError::Connect(_)));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

/// A restart of the server, as its clients see it: all connections end at once.
#[tokio::test(flavor = "multi_thread")]
async fn reads_outlive_their_connections_and_writes_recover() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let storage = migrated(&url).await;
    create(&storage, "acme").await.unwrap();
    let plain = plain(&url).await;
    for round in 0..5 {
        // The two connections that this thread reads on are open, and the one that wrote: each of them is to end.
        for _ in 0..8 {
            assert!(exists(&storage, "acme").await.unwrap());
        }
        let ended = plain
            .query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                &[],
            )
            .await
            .unwrap();
        assert!(ended.len() >= 3);
        for _ in 0..8 {
            assert!(exists(&storage, "acme").await.unwrap(), "round {round}");
        }
        // A unit of work is not repeated: at most the first finds that its connection is gone.
        let name = format!("round-{round}");
        match create(&storage, &name).await {
            Ok(()) => {}
            Err(Error::Unavailable(_)) => create(&storage, &name).await.unwrap(),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_of_work_that_is_dropped_leaves_nothing_and_holds_nothing() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let storage = migrated(&url).await;
    create(&storage, "acme").await.unwrap();
    // More of them than there are connections: one that stayed behind would be missed.
    for _ in 0..40 {
        let scope = Caller::command_line().authorize::<OrganizationsWrite>().unwrap().tenant_scope();
        let locked = storage.execute(move |transaction| {
            Box::pin(async move {
                let organization = transaction.lock_organization(scope, &OrganizationRef::parse("acme")?).await?;
                transaction.update_organization(&organization.deleted(organization.updated_at)).await?;
                std::future::pending::<()>().await;
                Ok(Outcome::Unchanged(()))
            })
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), locked).await.is_err());
    }
    assert!(exists(&storage, "acme").await.unwrap());
    let grant = Caller::command_line().authorize::<OrganizationsWrite>().unwrap();
    let service = service(&storage);
    let delete = service.delete(&grant, OrganizationRef::parse("acme").unwrap());
    tokio::time::timeout(Duration::from_secs(5), delete).await.unwrap().unwrap();
    let grant = Caller::command_line().authorize::<AuditLogsRead>().unwrap();
    let verifier = AuditVerifier::new(Arc::new(storage.clone()), Some(Arc::new(PredictableMac)));
    let verification = verifier.verify(&grant, KnownHeads::default()).await.unwrap();
    assert_eq!((verification.entries, verification.findings.len()), (2, 0));
    assert_eq!(storage.full_check().await.unwrap(), Vec::<String>::new());
}
