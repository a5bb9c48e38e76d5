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
    log::{self, Commits, Panics},
    queue::Queue,
};
use crate::{OpenError, subscribers::Subscribers};

/// How many units of work one commit holds at the most.
const GROUP: usize = 64;

/// How many syncs of the log may be under way at once. While one waits for the disk to have all that it was sent, the other sends
/// what was written since.
const SYNCS: usize = 2;

/// How many groups may be committed and wait for a thread that syncs.
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
    ) -> Result<(Self, Vec<JoinHandle<()>>), OpenError> {
        let failed = |reason: String| OpenError::File { file: file.to_owned(), reason };
        let logs: Vec<_> =
            (0..SYNCS).map(|_| log::open(file)).collect::<Result<_, _>>().map_err(|error| failed(error.to_string()))?;
        connection.batch_execute("PRAGMA synchronous = NORMAL").map_err(|error| failed(error.to_string()))?;
        let syncs = logs.into_iter().map(|log| move || log.sync_data());
        Self::start_with(connection, syncs).map_err(|error| failed(error.to_string()))
    }

    /// The same with a connection that does not sync its log. Each of `syncs` does, on a thread of its own.
    fn start_with(
        connection: SqliteConnection,
        syncs: impl Iterator<Item = impl Fn() -> io::Result<()> + Send + 'static>,
    ) -> io::Result<(Self, Vec<JoinHandle<()>>)> {
        let (queue, units) = Queue::new("units of work");
        let (committed, groups) = crossbeam_channel::bounded(AHEAD);
        let commits = Arc::new(Commits::new());
        let subscribers = Arc::new(Subscribers::default());
        let spawn =
            |name: &str, thread: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.to_owned()).spawn(thread);
        let mut threads = Vec::new();
        for sync in syncs {
            let (groups, commits) = (groups.clone(), Arc::clone(&commits));
            threads.push(spawn("sqlite-sync", Box::new(move || log::serve(&groups, sync, &commits)))?);
        }
        let (numbers, told) = (Arc::clone(&commits), Arc::clone(&subscribers));
        let writing = move || serve(connection, &units, &committed, &numbers, &told);
        threads.push(spawn("sqlite-write", Box::new(writing))?);
        Ok((Self { queue, commits, subscribers }, threads))
    }

    /// Who is told of what changes end, by the thread that writes, since whoever asked for a change may have gone.
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

fn serve(
    mut connection: SqliteConnection,
    units: &Receiver<Unit>,
    committed: &Sender<Group>,
    commits: &Commits,
    subscribers: &Subscribers,
) {
    let _panics = Panics(commits);
    while let Ok(first) = units.recv() {
        let units = std::iter::once(first).chain(units.try_iter()).take(GROUP);
        if commits.insist_on_sound().is_err() {
            units.for_each(|unit| drop(unit.answer.send(commits.insist_on_sound())));
            continue;
        }
        let group = Group::run(&mut connection, units, || commits.begin(), subscribers);
        // It fails when all that sync have panicked; then those who asked are told, since their answers are dropped.
        let _ = committed.send(group);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, iter, path::PathBuf};

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
        threads: Vec<JoinHandle<()>>,
        /// Gives each sync that begins: what is sent to it becomes of it.
        begun: Receiver<Sender<io::Result<()>>>,
        file: PathBuf,
        _folder: TempDir,
    }

    impl Controlled {
        fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("tenancy.db");
            let (begins, begun) = crossbeam_channel::unbounded();
            let sync = move || {
                let (ends, ended) = crossbeam_channel::unbounded();
                begins.send(ends).unwrap();
                ended.recv().unwrap()
            };
            let (writer, threads) = Writer::start_with(unsynced(&file), iter::repeat_n(sync, SYNCS)).unwrap();
            Self { writer, threads, begun, file, _folder: folder }
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
        let sync = controlled.begun.recv().unwrap();
        assert_eq!(controlled.seen(), 1);
        let mut read = Box::pin(commits.settle());
        assert!(written.as_mut().now_or_never().is_none(), "who wrote it waits");
        assert!(read.as_mut().now_or_never().is_none(), "and so does who read it");

        sync.send(Ok(())).unwrap();
        assert!(written.await.is_ok());
        read.await;
    }

    #[tokio::test]
    async fn a_later_sync_covers_an_earlier_one() {
        let controlled = Controlled::start();
        let commits = controlled.writer.commits();
        let mut first = Box::pin(controlled.write(INSERT));
        assert!(first.as_mut().now_or_never().is_none());
        let sync_of_first = controlled.begun.recv().unwrap();
        let mut second = Box::pin(controlled.write(INSERT));
        assert!(second.as_mut().now_or_never().is_none());
        let sync_of_second = controlled.begun.recv().unwrap();

        sync_of_second.send(Ok(())).unwrap();
        assert!(second.await.is_ok());
        commits.settle().await;
        assert!(first.as_mut().now_or_never().is_none());
        sync_of_first.send(Ok(())).unwrap();
        assert!(first.await.is_ok());
        assert_eq!(commits.settle().now_or_never(), Some(()), "what was on the disk is there still");
    }

    #[tokio::test]
    async fn what_is_written_while_the_log_is_synced_waits_for_the_next_sync() {
        let controlled = Controlled::start();
        let (mut written, mut syncs) = (Vec::new(), Vec::new());
        for _ in 0..SYNCS {
            written.push(Box::pin(controlled.write(INSERT)));
            assert!(written.last_mut().unwrap().now_or_never().is_none());
            syncs.push(controlled.begun.recv().unwrap());
        }
        let mut next = Box::pin(controlled.write(INSERT));
        assert!(next.as_mut().now_or_never().is_none());
        let all = i64::try_from(SYNCS).unwrap() + 1;
        while controlled.seen() < all {
            thread::yield_now();
        }
        assert!(controlled.begun.is_empty());

        syncs.remove(0).send(Ok(())).unwrap();
        assert!(written.remove(0).await.is_ok());
        let sync_of_next = controlled.begun.recv().unwrap();
        assert!(next.as_mut().now_or_never().is_none());
        sync_of_next.send(Ok(())).unwrap();
        assert!(next.await.is_ok());
    }

    #[tokio::test]
    async fn a_thread_that_ends_settles_nothing_that_another_has_to_sync() {
        let Controlled { writer, threads, begun, .. } = Controlled::start();
        let commits = Arc::clone(&writer.commits);
        let mut written = Box::pin(write(&writer, INSERT));
        assert!(written.as_mut().now_or_never().is_none());
        let sync = begun.recv().unwrap();

        drop(written);
        drop(writer);
        while threads.iter().filter(|thread| thread.is_finished()).count() < SYNCS {
            thread::yield_now();
        }
        let mut read = Box::pin(commits.settle());
        assert!(read.as_mut().now_or_never().is_none());
        sync.send(Ok(())).unwrap();
        read.await;
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
        let mut written = Box::pin(controlled.write(INSERT));
        assert!(written.as_mut().now_or_never().is_none());
        controlled.begun.recv().unwrap().send(Err(io::Error::other("the disk is gone"))).unwrap();
        let failed = written.await.unwrap_err();
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
        let (writer, _) = Writer::start_with(connection, iter::repeat_n(|| panic!("as it should"), SYNCS)).unwrap();
        assert!(write(&writer, INSERT).await.is_err());
        writer.commits().settle().await;
        assert!(matches!(write(&writer, INSERT).await, Err(Error::Unavailable(_))));
    }

    #[tokio::test]
    async fn nothing_is_written_once_the_thread_that_writes_has_panicked() {
        /// What panics while a panic is being dealt with.
        struct PanicsAgain;
        impl Drop for PanicsAgain {
            fn drop(&mut self) {
                panic!("as it should");
            }
        }

        let Controlled { writer, mut threads, .. } = Controlled::start();
        let panics = |_: &mut SqliteConnection| std::panic::panic_any(PanicsAgain);
        assert!(writer.run(Job::Upkeep(Box::new(panics))).await.is_err());
        assert!(threads.pop().unwrap().join().is_err(), "the thread that writes is the last");
        assert!(matches!(writer.commits().insist_on_sound(), Err(Error::Unavailable(_))));
        writer.commits().settle().await;
        assert!(write(&writer, INSERT).await.is_err());
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
        let (writer, _) = Writer::start_with(connection, iter::repeat_n(sync, SYNCS)).unwrap();
        for written in 1..=50 {
            write(&writer, INSERT).await.unwrap();
            assert_eq!(rows_of(&disk.join("tenancy.db")), written);
            fs::remove_file(disk.join("tenancy.db-shm")).unwrap_or_default();
        }
    }
}
