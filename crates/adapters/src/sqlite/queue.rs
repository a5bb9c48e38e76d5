//! What waits for a thread.

use crossbeam_channel::{Receiver, Sender};
use tenancy_domain::Error;

/// About how much may wait. Beyond it callers are told to come again, instead of being kept for longer and longer. The
/// channel has no bound of its own, for which it would keep room.
const LIMIT: usize = 4096;

/// The way to threads that take one `T` after another.
pub(super) struct Queue<T> {
    waiting: Sender<T>,
    /// What waits, in the plural.
    what: &'static str,
}

impl<T> Queue<T> {
    /// A queue of `what`, and where the threads take it from.
    pub(super) fn new(what: &'static str) -> (Self, Receiver<T>) {
        let (waiting, taken) = crossbeam_channel::unbounded();
        (Self { waiting, what }, taken)
    }

    /// # Errors
    /// [`Error::Unavailable`] when too much is waiting already, and [`Error::Internal`] when the threads have ended.
    pub(super) fn send(&self, item: T) -> Result<(), Error> {
        let what = self.what;
        if self.waiting.len() >= LIMIT {
            return Err(Error::unavailable(anyhow::anyhow!("{LIMIT} {what} are waiting already")));
        }
        let sent = self.waiting.send(item);
        sent.map_err(|_| Error::internal(anyhow::anyhow!("the threads that take {what} have ended")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_when_it_is_full_is_told_to_come_again() {
        let (queue, taken) = Queue::new("numbers");
        (0..LIMIT).for_each(|number| queue.send(number).unwrap());
        assert!(matches!(queue.send(LIMIT), Err(Error::Unavailable(_))));
        assert_eq!(taken.recv(), Ok(0));
        queue.send(LIMIT).unwrap();
    }

    #[test]
    fn who_comes_when_nobody_takes_it_is_told() {
        let (queue, taken) = Queue::new("numbers");
        drop(taken);
        assert!(matches!(queue.send(0), Err(Error::Internal(_))));
    }
}
