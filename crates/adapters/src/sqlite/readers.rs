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

use crossbeam_channel::Receiver;
use diesel::SqliteConnection;
use tenancy_domain::Error;
use tokio::sync::oneshot;

use super::{
    connection::{Access, open},
    queue::Queue,
};
use crate::OpenError;

type Read = Box<dyn FnOnce(&mut SqliteConnection) + Send>;

pub(super) struct Readers {
    reads: Queue<Read>,
}

impl Readers {
    /// Opens the connections and starts the threads, which end when this is dropped.
    pub(super) fn start(file: &Path) -> Result<(Self, Vec<JoinHandle<()>>), OpenError> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);

        let (reads, waiting) = Queue::<Read>::new("reads");
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
        self.reads.send(job)?;
        answered.await.map_err(|_| Error::internal(anyhow::anyhow!("a read panicked")))?
    }
}

fn serve(mut connection: SqliteConnection, reads: &Receiver<Read>) {
    for read in reads {
        // A read that panics drops its answer, which tells its caller; the thread goes on to the next.
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut connection)));
    }
}
