//! What only SQLite has: one file, which may be damaged, and one thread that commits in groups.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails a test")]
#![cfg(feature = "sqlite")]

use std::{
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use tenancy_adapters::{
    OpenError,
    sqlite::SqliteStorage,
    system::{MonotonicIds, SystemClock},
};
use tenancy_domain::{
    DisplayName, Error, Slug,
    access::Access,
    api_keys::{CredentialCache, CredentialNotices},
    audit_log::{AuditVerifier, ChainKeyRepository, KnownHeads, Verification},
    authorization::{AuditLogsRead, Caller, OrganizationsWrite},
    effects::Effects,
    organizations::{NewOrganization, OrganizationService},
    ports::{NotReady, StorageHealth},
    unit_of_work::{Outcome, UnitOfWork, UnitOfWorkExt},
};
use tenancy_testing::doubles::PredictableMac;

/// Opens a storage to write to it.
fn open(file: &Path) -> SqliteStorage {
    let storage = SqliteStorage::open(file).unwrap();
    storage.use_chain_mac(Arc::new(PredictableMac));
    storage
}

async fn verify(storage: &SqliteStorage) -> Verification {
    let grant = Caller::command_line().authorize::<AuditLogsRead>().unwrap();
    let verifier = AuditVerifier::new(Arc::new(storage.clone()), Some(Arc::new(PredictableMac)));
    verifier.verify(&grant, KnownHeads::default()).await.unwrap()
}

fn service(storage: &SqliteStorage) -> OrganizationService {
    let storage = Arc::new(storage.clone());
    let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
    let effects = Effects::new(storage.clone(), Arc::new(SystemClock), Arc::new(MonotonicIds::new()));
    OrganizationService::new(storage, access, effects)
}

fn named(name: &str) -> NewOrganization {
    NewOrganization::new(Slug::parse(name).unwrap(), DisplayName::parse(name).unwrap())
}

async fn create(storage: &SqliteStorage, name: &str) -> Result<(), Error> {
    let grant = Caller::command_line().authorize::<OrganizationsWrite>()?;
    service(storage).create(&grant, named(name)).await.map(|_| ())
}

/// A database with `count` organizations, closed, all of it in the one file.
async fn filled(file: &Path, count: usize) {
    let storage = open(file);
    for number in 0..count {
        create(&storage, &format!("organization-{number}")).await.unwrap();
    }
    drop(storage);
    assert!(!file.with_extension("db-wal").exists(), "closing it leaves no log behind");
}

fn refusal(file: &Path) -> String {
    match SqliteStorage::open(file) {
        Ok(_) => panic!("{} was opened", file.display()),
        Err(error @ OpenError::Damaged { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    fs::write(&file, "no database ".repeat(1_000)).unwrap();
    assert!(refusal(&file).starts_with(&format!("{} is damaged or no SQLite database", file.display())));
    assert_eq!(fs::read(&file).unwrap(), "no database ".repeat(1_000).into_bytes());
}

#[tokio::test]
async fn a_file_whose_end_is_cut_off_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    filled(&file, 100).await;
    let length = fs::metadata(&file).unwrap().len();
    OpenOptions::new().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    assert!(refusal(&file).contains("tenancy.db"));
}

#[tokio::test]
async fn damage_within_the_file_is_found_in_the_background_and_by_the_full_check() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    filled(&file, 300).await;

    let storage = open(&file);
    assert_eq!(storage.full_check().await.unwrap(), Vec::<String>::new());
    storage.start_quick_check();
    drop(storage);

    overwrite_rows(&file);
    let storage = open(&file);
    storage.ready().await.unwrap();
    assert!(!storage.full_check().await.is_ok_and(|findings| findings.is_empty()));
    storage.start_quick_check();
    let found = async {
        loop {
            match storage.ready().await {
                Err(NotReady::Damaged { file }) => break file,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), found).await.unwrap(), "tenancy.db");
}

/// Overwrites the pages that hold rows of one organization, leaving the header and the schema alone.
fn overwrite_rows(file: &Path) {
    const PAGE: u64 = 4096;

    let mut bytes = Vec::new();
    let mut database = OpenOptions::new().read(true).write(true).open(file).unwrap();
    database.read_to_end(&mut bytes).unwrap();
    let needle = b"organization-150";
    let mut overwritten = 0;
    for (number, page) in bytes.chunks(4096).enumerate().skip(1) {
        if page.windows(needle.len()).any(|window| window == needle) {
            database.seek(SeekFrom::Start(number as u64 * PAGE)).unwrap();
            database.write_all(&[0xa5; 64]).unwrap();
            overwritten += 1;
        }
    }
    assert!(overwritten > 0);
}

#[tokio::test]
async fn a_file_that_a_newer_version_has_migrated_is_refused() {
    use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    filled(&file, 1).await;
    SqliteConnection::establish(file.to_str().unwrap())
        .unwrap()
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
        .unwrap();
    assert!(matches!(SqliteStorage::open(&file), Err(OpenError::Newer(version)) if version == "9999"));
    assert!(matches!(SqliteStorage::open_read_only(&file), Err(OpenError::Newer(_))));
}

#[tokio::test]
async fn reading_alone_sees_what_the_writer_commits_and_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    assert!(matches!(SqliteStorage::open_read_only(&file), Err(OpenError::File { .. })));
    assert!(!file.exists());

    let writer = open(&file);
    let reader = SqliteStorage::open_read_only(&file).unwrap();
    create(&writer, "acme").await.unwrap();
    let verification = verify(&reader).await;
    assert_eq!(verification.entries, 1);
    assert!(create(&reader, "other").await.is_err());
}

/// Who only reads does not hear of what another process writes.
#[test]
fn a_cache_over_a_file_that_is_only_read_is_never_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    let writer = SqliteStorage::open(&file).unwrap();
    let reader = SqliteStorage::open_read_only(&file).unwrap();
    for (storage, is_trusted) in [(writer, true), (reader, false)] {
        let cache = Arc::new(CredentialCache::new());
        storage.subscribe(&cache);
        assert_eq!(cache.is_trusted(Instant::now()), is_trusted);
    }
}

/// One unit in a group that fails, panics or waits for something else takes nothing of the others with it.
#[tokio::test(flavor = "multi_thread")]
async fn units_of_one_group_do_not_touch_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("tenancy.db"));
    // Holds the writer, so that all that follows waits and is taken as one group.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let holding = tokio::spawn({
        let storage = storage.clone();
        async move {
            storage
                .execute(move |_| {
                    Box::pin(async move {
                        let _ = gate.recv();
                        Ok(Outcome::Unchanged(()))
                    })
                })
                .await
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;

    let good: Vec<_> = (0..30)
        .map(|number| {
            let storage = storage.clone();
            tokio::spawn(async move { create(&storage, &format!("good-{number}")).await })
        })
        .collect();
    let twice: Vec<_> = (0..5)
        .map(|_| {
            let storage = storage.clone();
            tokio::spawn(async move { create(&storage, "same").await })
        })
        .collect();
    let run = |work: tenancy_domain::unit_of_work::Work| {
        let storage = storage.clone();
        tokio::spawn(async move { storage.run(work).await })
    };
    let panicking =
        run(Box::new(|_| Box::pin(async { panic!("a unit of work that panics, as this test wants it to") })));
    let waiting = run(Box::new(|_| Box::pin(std::future::pending())));
    tokio::time::sleep(Duration::from_millis(50)).await;
    open.send(()).unwrap();

    holding.await.unwrap().unwrap();
    for unit in good {
        unit.await.unwrap().unwrap();
    }
    let mut made = 0;
    for unit in twice {
        match unit.await.unwrap() {
            Ok(()) => made += 1,
            Err(error) => assert!(matches!(error, Error::AlreadyExists { field: "slug", .. }), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
    assert!(matches!(panicking.await.unwrap(), Err(Error::Internal(_))));
    assert!(matches!(waiting.await.unwrap(), Err(Error::Internal(_))));
    let verification = verify(&storage).await;
    assert_eq!((verification.chains, verification.entries, verification.findings.len()), (31, 31, 0));
}

#[tokio::test]
async fn a_request_that_is_dropped_in_flight_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("tenancy.db"));
    for number in 0..200 {
        let name = format!("dropped-{number}");
        let _ = tokio::time::timeout(Duration::from_micros(number), create(&storage, &name)).await;
        let _ = tokio::time::timeout(Duration::from_micros(number), storage.ready()).await;
    }
    create(&storage, "after").await.unwrap();
    storage.ready().await.unwrap();
    assert_eq!(storage.full_check().await.unwrap(), Vec::<String>::new());
    assert_eq!(verify(&storage).await.findings, []);
}
