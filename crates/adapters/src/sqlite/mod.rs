//! Storage in one SQLite file, with SQLite built in.
//!
//! The process that writes owns the file. It has one writing thread that commits in groups and a few
//! reading threads, so that no query ever runs on a thread of the asynchronous runtime, and dropping a
//! request in flight leaves no statement half done.

mod audit_keeping;
mod connection;
mod creations;
mod dialect;
mod group;
mod integrity;
mod log;
mod migrations;
mod organizations;
mod queue;
mod readers;
#[path = "../sql/repositories/mod.rs"]
mod repositories;
mod writer;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    thread::JoinHandle,
};

use async_trait::async_trait;
use diesel::{SqliteConnection, connection::SimpleConnection};
use tenancy_domain::{
    Error,
    api_keys::{CredentialCache, CredentialNotices},
    audit_log::ChainMac,
    organizations::OrganizationCreation,
    ports::{NotReady, StorageHealth},
    unit_of_work::{UnitOfWork, Work},
};
use tokio::sync::oneshot;

use self::{
    connection::{Access, open},
    creations::TRANSACTIONS,
    dialect::{database_error, now},
    group::{Job, Writing},
    integrity::{Pragma, Soundness, pragma},
    readers::Readers,
    repositories::consistency,
    writer::Writer,
};
use crate::{
    OpenError,
    sql::{
        creations::{CreateTogether as _, Creations},
        look_ups::{OrganizationLookUps, WAYS},
    },
};

/// Storage in one SQLite file, for use within a tokio runtime. Cloning it gives another handle to the same; when the last one
/// is dropped, the threads finish what waits and the file is closed.
#[derive(Clone)]
pub struct SqliteStorage(Arc<Inner>);

struct Inner {
    // Options, so that dropping can close the queues before it waits for the threads.
    readers: Option<Readers>,
    look_ups: Arc<OrganizationLookUps>,
    writer: Option<Writer>,
    creations: Arc<Creations>,
    soundness: Soundness,
    /// What the audit chains are made with, once that is told.
    chain_mac: OnceLock<Arc<dyn ChainMac>>,
    /// Those that read.
    reading: Vec<JoinHandle<()>>,
    /// Those that write and sync, if there are any.
    writing: Vec<JoinHandle<()>>,
}

impl SqliteStorage {
    /// Opens the file, or makes it, migrates it and starts the threads. The caller sees to it that no other process
    /// writes to the file. Blocks for a short time.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] when the file is no database, or damaged where opening it shows; [`OpenError::Newer`]
    /// when a newer version of this program has migrated it; [`OpenError::File`] and [`OpenError::Migration`] for the
    /// rest.
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        let mut connection = open(file, Access::Write)?;
        migrations::run(file, &mut connection)?;
        let (writer, threads) = Writer::start(file, connection)?;
        let mut storage = Self::read(file)?;
        storage.writer = Some(writer);
        storage.writing.extend(threads);
        Ok(Self(Arc::new(storage)))
    }

    /// Opens a file for reading alone, which may be done while another process writes to it.
    ///
    /// # Errors
    /// Those of [`SqliteStorage::open`]; [`OpenError::File`] when there is no such file, and [`OpenError::Migration`]
    /// when it lacks a migration.
    pub fn open_read_only(file: &Path) -> Result<Self, OpenError> {
        if !file.exists() {
            return Err(OpenError::File { file: file.to_owned(), reason: "there is no such file".to_owned() });
        }
        migrations::insist_on_current(file, &mut open(file, Access::Read)?)?;
        Ok(Self(Arc::new(Self::read(file)?)))
    }

    fn read(file: &Path) -> Result<Inner, OpenError> {
        let (readers, reading) = Readers::start(file)?;
        let soundness = Soundness::of(file);
        Ok(Inner {
            readers: Some(readers),
            look_ups: Arc::new(OrganizationLookUps::new(WAYS)),
            writer: None,
            creations: Arc::new(Creations::new(TRANSACTIONS)),
            soundness,
            chain_mac: OnceLock::new(),
            reading,
            writing: Vec::new(),
        })
    }

    /// Looks through the file in the background; when damage is found, [`StorageHealth::ready`] says so from then on.
    pub fn start_quick_check(&self) {
        self.0.soundness.start_quick_check();
    }

    /// Looks through all of the file, and holds rows against each other. Gives what it finds, in words; nothing when
    /// all is sound. Takes time with the size of the file.
    ///
    /// # Errors
    /// When it cannot look to the end.
    pub async fn full_check(&self) -> Result<Vec<String>, Error> {
        let mut findings =
            self.0.read(|connection| pragma(connection, Pragma::IntegrityCheck).map_err(database_error)).await?;
        if findings.is_empty() {
            findings = self.0.read(|connection| now(consistency::check(connection))).await?;
        }
        Ok(findings)
    }
}

impl Inner {
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let readers = self.readers.as_ref().ok_or_else(closed)?;
        let answer = readers.read(read).await;
        if let Some(writer) = &self.writer {
            // What was read may be committed and not on the disk yet.
            writer.commits().settle().await;
        }
        self.soundness.learn_from(answer)
    }

    /// Writes what is no change to anyone, and gives what it came to once it is committed.
    async fn note<T: Send + 'static>(
        &self,
        note: impl FnOnce(&mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_with(Job::Upkeep, note).await
    }

    /// Writes what `job` makes a job of, and gives what it came to once it is committed.
    async fn write_with<T: Send + 'static>(
        &self,
        job: fn(Writing) -> Job,
        write: impl FnOnce(&mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, mut value) = oneshot::channel();
        let write = move |connection: &mut SqliteConnection| {
            // Whoever asked may be gone by now.
            let _ = sender.send(write(connection)?);
            Ok(())
        };
        self.write(job(Box::new(write))).await?;
        value.try_recv().map_err(|_| Error::internal(anyhow::anyhow!("the writing thread has lost an answer")))
    }

    async fn write(&self, job: Job) -> Result<(), Error> {
        let writer = self.writer.as_ref().ok_or_else(closed)?;
        self.soundness.learn_from(writer.run(job).await)
    }
}

fn closed() -> Error {
    Error::internal(anyhow::anyhow!("the storage is not open for this"))
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.readers = None;
        // Only a panic makes a join fail, and that was reported when it happened.
        for reading in self.reading.drain(..) {
            let _ = reading.join();
        }
        // The last connection to be closed moves the log into the file. Two that are closed at once are neither the last.
        self.writer = None;
        for writing in self.writing.drain(..) {
            let _ = writing.join();
        }
    }
}

#[async_trait]
impl UnitOfWork for SqliteStorage {
    async fn run(&self, work: Work) -> Result<(), Error> {
        self.0.write(Job::UnitOfWork { work, mac: self.0.chain_mac.get().cloned() }).await
    }

    async fn create_organization(&self, creation: OrganizationCreation) -> Result<(), Error> {
        self.create(creation).await
    }
}

impl CredentialNotices for SqliteStorage {
    fn subscribe(&self, cache: &Arc<CredentialCache>) {
        // Where the file is only read, another process writes to it, and nobody tells of that: no cache is trusted.
        if let Some(writer) = &self.0.writer {
            writer.subscribers().add(cache);
            cache.trust_always();
        }
    }
}

#[async_trait]
impl StorageHealth for SqliteStorage {
    async fn ready(&self) -> Result<(), NotReady> {
        if let Some(file) = self.0.soundness.damaged_file() {
            return Err(NotReady::Damaged { file });
        }
        if let Some(writer) = &self.0.writer {
            writer.commits().insist_on_sound().map_err(NotReady::Unreachable)?;
        }
        // The lock on the data directory keeps other versions of the program away, so what was migrated stays so.
        let answer = self.0.read(|connection| connection.batch_execute("SELECT 1").map_err(database_error)).await;
        answer.map_err(NotReady::Unreachable)
    }
}
