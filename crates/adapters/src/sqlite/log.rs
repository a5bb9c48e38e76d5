//! The write-ahead log on the disk.
//!
//! With `synchronous=FULL` SQLite syncs the log within each commit, and the thread that writes waits for the disk. Here it
//! commits without that (`NORMAL`), and threads of their own sync the log, once for all groups that were committed meanwhile,
//! while the next is written. Only then is anybody told of them: neither who asked for a change nor who read what may be of it.
//!
//! A sync has the disk take all that was written before it, whoever wrote that. So of two that are under way at once, the one that
//! began later covers what the other is for, and it does not matter which of them ends first.
//!
//! That keeps what `FULL` promises. The log is read up to the first frame that is not whole, so what a loss of power takes are
//! the last commits, which nobody was told of. And before SQLite begins the log anew it syncs the log, moves it into the file
//! and syncs that, under `NORMAL` as well (<https://sqlite.org/pragma.html#pragma_synchronous>).

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use crossbeam_channel::Receiver;
use tenancy_domain::Error;
use tokio::sync::watch;

use super::group::Group;

/// Opens the log of a database that a connection has opened, in order to sync it.
///
/// Each thread that syncs does that for itself: a system tells of what it could not write once per file that was opened.
pub(super) fn open(file: &Path) -> io::Result<File> {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    // Nothing is written through it, but not every system syncs what was opened for reading.
    OpenOptions::new().write(true).open(name)
}

/// How far the commits have come, by their numbers.
#[derive(Debug)]
pub(super) struct Commits {
    /// The last one that may be seen: it was made, or is being made.
    made: AtomicU64,
    /// The last one that is on the disk, or was given up.
    settled: watch::Sender<u64>,
    /// Why nothing may be written any more.
    failure: OnceLock<String>,
}

impl Commits {
    pub(super) fn new() -> Self {
        Self { made: AtomicU64::new(0), settled: watch::Sender::new(0), failure: OnceLock::new() }
    }

    /// The number of the next commit. To be called before it can be seen, by the one thread that commits.
    pub(super) fn begin(&self) -> u64 {
        self.made.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Waits until all that can have been seen so far is on the disk.
    pub(super) async fn settle(&self) {
        let made = self.made.load(Ordering::SeqCst);
        if *self.settled.borrow() < made {
            // It fails when the sender is gone, which is here.
            let _ = self.settled.subscribe().wait_for(|settled| *settled >= made).await;
        }
    }

    /// A commit, and so all before it, is on the disk or was given up. A later one may be already.
    fn settle_up_to(&self, commit: u64) {
        self.settled.send_if_modified(|settled| {
            let is_news = *settled < commit;
            *settled = commit.max(*settled);
            is_news
        });
    }

    /// # Errors
    /// [`Error::Unavailable`] once a thread has panicked, or the log could not be synced. A system forgets what it could not write, and takes the next
    /// sync for a success: what was written after it would be lost with it. So nothing is written any more.
    pub(super) fn insist_on_sound(&self) -> Result<(), Error> {
        match self.failure.get() {
            None => Ok(()),
            Some(failure) => Err(Error::unavailable(anyhow::anyhow!("{failure}"))),
        }
    }
}

/// Answers the groups that come, once `sync` has synced what they have written. Ends when no more can come. Several threads may
/// do it.
pub(super) fn serve(groups: &Receiver<Group>, sync: impl Fn() -> io::Result<()>, commits: &Commits) {
    let _panics = Panics(commits);
    while let Ok(first) = groups.recv() {
        let groups: Vec<_> = std::iter::once(first).chain(groups.try_iter()).collect();
        let last = groups.iter().filter_map(|group| group.commit).max();
        if last.is_some()
            && let Err(error) = sync()
            && commits.failure.set(format!("the log could not be synced to the disk: {error}")).is_ok()
        {
            tracing::error!(%error, "the log of the database cannot be synced to the disk; nothing is written any more");
        }
        for group in groups {
            group.answer(|| commits.insist_on_sound());
        }
        if let Some(last) = last {
            commits.settle_up_to(last);
        }
    }
}

/// Held by each thread that commits or syncs. When it panics nothing is written any more, and nobody waits for it.
pub(super) struct Panics<'c>(pub(super) &'c Commits);

impl Drop for Panics<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.failure.set("a thread that writes has panicked".to_owned());
            self.0.settle_up_to(u64::MAX);
        }
    }
}
