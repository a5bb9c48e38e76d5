//! Threads that read.
//!
//! Each has a connection of its own and takes the next read from one queue. Under the write-ahead log they see the last
//! commit and never wait for the writer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender};
use diesel::SqliteConnection;
use tenancy_domain::Error;
use tokio::sync::oneshot;

use super::connection::{Access, open};
use crate::OpenError;

type Read = Box<dyn FnOnce(&mut SqliteConnection) + Send>;

/// About how many reads may wait. Beyond it callers are told to come again, instead of being kept for longer and longer.
/// The channel has no bound of its own, for which it would keep room.
const QUEUE: usize = 4096;

pub(super) struct Readers {
    reads: Sender<Read>,
}

impl Readers {
    /// Opens the connections and starts the threads, which end when this is dropped.
    pub(super) fn start(file: &Path) -> Result<(Self, Vec<JoinHandle<()>>), OpenError> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);

        let (reads, waiting) = crossbeam_channel::unbounded::<Read>();
        let count = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8));
        let threads = (0..count)
            .map(|_| {
                let connection = open(file, Access::Read)?;
                let waiting = waiting.clone();
                let number = STARTED.fetch_add(1, Ordering::Relaxed);
                thread::Builder::new()
                    .name(format!("sqlite-read-{number}"))
                    .spawn(move || serve(connection, &waiting))
                    .map_err(|error| OpenError::File { file: file.to_owned(), reason: error.to_string() })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok((Self { reads }, threads))
    }

    /// Runs `read` on one of the threads.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut SqliteConnection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let job: Read = Box::new(move |connection| {
            // Whoever asked may be gone by now.
            if !answer.is_closed() {
                let _ = answer.send(read(connection));
            }
        });
        if self.reads.len() >= QUEUE {
            return Err(Error::unavailable(anyhow::anyhow!("{QUEUE} reads are waiting already")));
        }
        self.reads.send(job).map_err(|_| Error::internal(anyhow::anyhow!("the reading threads have ended")))?;
        answered.await.map_err(|_| Error::internal(anyhow::anyhow!("a read panicked")))?
    }
}

fn serve(mut connection: SqliteConnection, reads: &Receiver<Read>) {
    for read in reads {
        // A read that panics drops its answer, which tells its caller; the thread goes on to the next.
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut connection)));
    }
}
