//! The thread that writes.
//!
//! There is one writer in SQLite, so there is one thread for it, and units of work do not fight for locks. A commit
//! costs a sync of the disk; the thread takes all that waits (up to [`GROUP`]) into one transaction and commits once. Whoever
//! asked is answered by another thread, once that has synced the log.

use std::{
    io,
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender};
use diesel::{SqliteConnection, connection::SimpleConnection};
use tenancy_domain::Error;
use tokio::sync::oneshot;

use super::{
    group::{Group, Job, Unit},
    log::{self, Commits},
    queue::Queue,
};
use crate::{OpenError, subscribers::Subscribers};

/// How many units of work one commit holds at the most.
const GROUP: usize = 64;

/// How many groups may be committed and wait for the sync that is under way.
const AHEAD: usize = 1;

pub(super) struct Writer {
    queue: Queue<Unit>,
    commits: Arc<Commits>,
    subscribers: Arc<Subscribers>,
}

impl Writer {
    /// Starts the threads, which end when this is dropped and all that waited is done.
    pub(super) fn start(
        file: &Path,
        mut connection: SqliteConnection,
    ) -> Result<(Self, [JoinHandle<()>; 2]), OpenError> {
        let failed = |reason: String| OpenError::File { file: file.to_owned(), reason };
        let log = log::open(file).map_err(|error| failed(error.to_string()))?;
        connection.batch_execute("PRAGMA synchronous = NORMAL").map_err(|error| failed(error.to_string()))?;
        Self::start_with(connection, move || log.sync_data()).map_err(|error| failed(error.to_string()))
    }

    /// The same with a connection that does not sync its log, which `sync` does.
    fn start_with(
        connection: SqliteConnection,
        sync: impl Fn() -> io::Result<()> + Send + 'static,
    ) -> io::Result<(Self, [JoinHandle<()>; 2])> {
        let (queue, units) = Queue::new("units of work");
        let (committed, groups) = crossbeam_channel::bounded(AHEAD);
        let commits = Arc::new(Commits::new());
        let subscribers = Arc::new(Subscribers::default());
        let spawn =
            |name: &str, thread: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.to_owned()).spawn(thread);
        let numbers = Arc::clone(&commits);
        let writing = spawn("sqlite-write", Box::new(move || serve(connection, &units, &committed, &numbers)))?;
        let (settled, told) = (Arc::clone(&commits), Arc::clone(&subscribers));
        let syncing = spawn("sqlite-sync", Box::new(move || log::serve(&groups, sync, &settled, &told)))?;
        Ok((Self { queue, commits, subscribers }, [writing, syncing]))
    }

    /// Who is told of what changes end, by a thread, since whoever asked for a change may have gone.
    pub(super) fn subscribers(&self) -> &Subscribers {
        &self.subscribers
    }

    /// How far the commits have come.
    pub(super) fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Runs a job and waits until its commit is on the disk.
    pub(super) async fn run(&self, job: Job) -> Result<(), Error> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Unit { job, answer })?;
        answered.await.map_err(|_| Error::internal(anyhow::anyhow!("the writing thread has ended")))?
    }
}

fn serve(mut connection: SqliteConnection, units: &Receiver<Unit>, committed: &Sender<Group>, commits: &Commits) {
    while let Ok(first) = units.recv() {
        let units = std::iter::once(first).chain(units.try_iter()).take(GROUP);
        if commits.insist_on_sound().is_err() {
            units.for_each(|unit| drop(unit.answer.send(commits.insist_on_sound())));
            continue;
        }
        let group = Group::run(&mut connection, units, || commits.begin());
        // It fails when the thread that syncs has panicked; then those who asked are told, since their answers are dropped.
        let _ = committed.send(group);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use futures_util::FutureExt as _;
    use tempfile::TempDir;

    use super::{
        super::{
            connection::{Access, open},
            dialect::database_error,
        },
        *,
    };

    /// A writer whose log is synced when, and as, the test says.
    struct Controlled {
        writer: Writer,
        /// Says that a sync has begun.
        begun: Receiver<()>,
        /// What becomes of it.
        ends: Sender<io::Result<()>>,
        file: PathBuf,
        _folder: TempDir,
    }

    impl Controlled {
        fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("tenancy.db");
            let (begins, begun) = crossbeam_channel::unbounded();
            let (ends, ended) = crossbeam_channel::unbounded();
            let sync = move || {
                begins.send(()).unwrap();
                ended.recv().unwrap()
            };
            let (writer, _) = Writer::start_with(unsynced(&file), sync).unwrap();
            Self { writer, begun, ends, file, _folder: folder }
        }

        async fn write(&self, sql: &'static str) -> Result<(), Error> {
            write(&self.writer, sql).await
        }

        fn seen(&self) -> i64 {
            rows_of(&self.file)
        }
    }

    /// A connection to a new database, which does not sync its log.
    fn unsynced(file: &Path) -> SqliteConnection {
        let mut connection = open(file, Access::Write).unwrap();
        connection.batch_execute("PRAGMA synchronous = NORMAL; CREATE TABLE written (number INTEGER)").unwrap();
        connection
    }

    async fn write(writer: &Writer, sql: &'static str) -> Result<(), Error> {
        let write = |connection: &mut SqliteConnection| connection.batch_execute(sql).map_err(database_error);
        writer.run(Job::Upkeep(Box::new(write))).await
    }

    /// How many rows can be seen.
    fn rows_of(file: &Path) -> i64 {
        use diesel::{dsl::sql, prelude::*, sql_types::BigInt};

        let mut connection = open(file, Access::Read).unwrap();
        diesel::select(sql::<BigInt>("(SELECT count(*) FROM written)")).get_result(&mut connection).unwrap()
    }

    const INSERT: &str = "INSERT INTO written VALUES (1)";

    #[tokio::test]
    async fn nobody_is_told_of_what_is_not_on_the_disk_yet() {
        let controlled = Controlled::start();
        let commits = controlled.writer.commits();
        assert_eq!(commits.settle().now_or_never(), Some(()), "nothing was written");

        let mut written = Box::pin(controlled.write(INSERT));
        assert!(written.as_mut().now_or_never().is_none());
        controlled.begun.recv().unwrap();
        assert_eq!(controlled.seen(), 1);
        let mut read = Box::pin(commits.settle());
        assert!(written.as_mut().now_or_never().is_none(), "who wrote it waits");
        assert!(read.as_mut().now_or_never().is_none(), "and so does who read it");

        controlled.ends.send(Ok(())).unwrap();
        assert!(written.await.is_ok());
        read.await;
    }

    #[tokio::test]
    async fn what_is_written_while_the_log_is_synced_waits_for_the_next_sync() {
        let controlled = Controlled::start();
        let mut first = Box::pin(controlled.write(INSERT));
        assert!(first.as_mut().now_or_never().is_none());
        controlled.begun.recv().unwrap();
        let mut second = Box::pin(controlled.write(INSERT));
        assert!(second.as_mut().now_or_never().is_none());
        while controlled.seen() < 2 {
            thread::yield_now();
        }

        controlled.ends.send(Ok(())).unwrap();
        assert!(first.await.is_ok());
        controlled.begun.recv().unwrap();
        assert!(second.as_mut().now_or_never().is_none());
        controlled.ends.send(Ok(())).unwrap();
        assert!(second.await.is_ok());
    }

    #[tokio::test]
    async fn what_writes_nothing_waits_for_no_sync_of_its_own() {
        let controlled = Controlled::start();
        assert!(controlled.write("INSERT INTO nothing VALUES (1)").await.is_err());
        assert!(controlled.begun.is_empty());
    }

    #[tokio::test]
    async fn nothing_is_written_behind_what_could_not_be_synced() {
        let controlled = Controlled::start();
        controlled.ends.send(Err(io::Error::other("the disk is gone"))).unwrap();
        let failed = controlled.write(INSERT).await.unwrap_err();
        assert!(matches!(failed, Error::Unavailable(_)), "{failed}");
        assert!(failed.cause().unwrap().to_string().ends_with("the disk is gone"));

        let refused = controlled.write(INSERT).await.unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused}");
        assert_eq!(controlled.seen(), 1);
        // What is there is read, and no reader waits for ever.
        controlled.writer.commits().settle().await;
    }

    #[tokio::test]
    async fn nobody_waits_for_a_thread_that_has_panicked() {
        let folder = tempfile::tempdir().unwrap();
        let connection = unsynced(&folder.path().join("tenancy.db"));
        let (writer, _) = Writer::start_with(connection, || panic!("as it should")).unwrap();
        assert!(write(&writer, INSERT).await.is_err());
        writer.commits().settle().await;
        assert!(matches!(write(&writer, INSERT).await, Err(Error::Unavailable(_))));
    }

    #[tokio::test]
    async fn what_was_answered_is_in_the_log_that_was_synced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, disk) = (folder.path().join("tenancy.db"), folder.path().join("disk"));
        fs::create_dir(&disk).unwrap();
        let mut connection = unsynced(&file);
        // SQLite syncs the file by itself; the log is begun anew after every few commits.
        connection.batch_execute("PRAGMA wal_autocheckpoint = 8").unwrap();
        let (from, to) = (folder.path().to_owned(), disk.clone());
        let sync = move || {
            ["tenancy.db", "tenancy.db-wal"]
                .iter()
                .try_for_each(|name| fs::copy(from.join(name), to.join(name)).map(drop))
        };
        let (writer, _) = Writer::start_with(connection, sync).unwrap();
        for written in 1..=50 {
            write(&writer, INSERT).await.unwrap();
            assert_eq!(rows_of(&disk.join("tenancy.db")), written);
            fs::remove_file(disk.join("tenancy.db-shm")).unwrap_or_default();
        }
    }
}
