//! Look-ups that are asked for at once, read at once.
//!
//! What a look-up by an index costs is the way there and back: a message, a statement's beginning and end, and an answer, on both
//! sides. While a batch is on its way, each thread gathers what is asked for meanwhile into the next one. So nobody waits
//! for others to come, and the more there are, the less each costs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use tenancy_domain::Error;
use tokio::sync::oneshot;

use super::thread_number::thread_number;

/// How many look-ups one batch holds at the most.
const MOST: usize = 64;

/// How many batches of one thread are on their way at once: while the server answers one, the other is made.
const ON_THEIR_WAY: usize = 2;

/// What is asked for by a `K`, and is a `V` where there is such a thing.
pub(super) struct Batches<K, V> {
    /// One for each thread, as long as there are enough: so nobody is woken by another thread.
    threads: Vec<Mutex<Gathered<K, V>>>,
}

/// What one caller asks for, and where the answer goes.
type Asked<K, V> = (K, oneshot::Sender<Option<V>>);

struct Gathered<K, V> {
    waiting: Vec<Asked<K, V>>,
    on_their_way: usize,
}

impl<K, V> Batches<K, V>
where
    K: Send + 'static,
    V: Send + 'static,
{
    pub(super) fn new() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let gathered = || Mutex::new(Gathered { waiting: Vec::new(), on_their_way: 0 });
        Self { threads: (0..threads).map(|_| gathered()).collect() }
    }

    /// What there is by `key`, in one batch with others. `read` gives for each key of a batch, in their order, what there
    /// is by it. Begins after this was called, so that it sees whatever was committed before.
    ///
    /// `None` when the batch could not be read, for a reason that may concern another of its keys: to be asked for alone.
    pub(super) async fn find<F, R>(self: &Arc<Self>, key: K, read: F) -> Option<Option<V>>
    where
        F: Fn(Vec<K>) -> R + Send + 'static,
        R: Future<Output = Result<Vec<Option<V>>, Error>> + Send,
    {
        let (answer, answered) = oneshot::channel();
        let thread = thread_number() % self.threads.len();
        let goes_now = {
            let mut gathered = self.gathered(thread);
            gathered.waiting.push((key, answer));
            let goes_now = gathered.on_their_way < ON_THEIR_WAY && gathered.waiting.len() == 1;
            gathered.on_their_way += usize::from(goes_now);
            goes_now
        };
        if goes_now {
            // A task of its own: whoever asked first may go away while others wait. By the time that it runs, whatever
            // else has come to this thread has been asked for as well.
            let way = Way { batches: Arc::clone(self), thread, is_over: false };
            tokio::spawn(async move { way.go(read).await });
        }
        answered.await.ok()
    }

    fn gathered(&self, thread: usize) -> MutexGuard<'_, Gathered<K, V>> {
        self.threads[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those on which batches of a thread go, one after another.
struct Way<K, V>
where
    K: Send + 'static,
    V: Send + 'static,
{
    batches: Arc<Batches<K, V>>,
    thread: usize,
    is_over: bool,
}

impl<K, V> Way<K, V>
where
    K: Send + 'static,
    V: Send + 'static,
{
    async fn go<F, R>(mut self, read: F)
    where
        F: Fn(Vec<K>) -> R,
        R: Future<Output = Result<Vec<Option<V>>, Error>>,
    {
        while let Some(batch) = self.next() {
            let (keys, answers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
            // Where it fails, dropped answers say so.
            if let Ok(found) = read(keys).await {
                for (answer, found) in answers.into_iter().zip(found) {
                    // Whoever asked may be gone by now.
                    let _ = answer.send(found);
                }
            }
        }
    }

    /// What has been gathered; nothing at the end of the way.
    fn next(&mut self) -> Option<Vec<Asked<K, V>>> {
        let mut gathered = self.batches.gathered(self.thread);
        if gathered.waiting.is_empty() {
            gathered.on_their_way -= 1;
            self.is_over = true;
            return None;
        }
        let size = gathered.waiting.len().min(MOST);
        Some(gathered.waiting.drain(..size).collect())
    }
}

impl<K, V> Drop for Way<K, V>
where
    K: Send + 'static,
    V: Send + 'static,
{
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // It was cut off, since its runtime ended or a read panicked. Nobody may come for those that wait.
        let mut gathered = self.batches.gathered(self.thread);
        gathered.on_their_way -= 1;
        if gathered.on_their_way == 0 {
            gathered.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{join, join_all};
    use tokio::task::yield_now;

    use super::*;

    type Doubles = Arc<Batches<u32, u32>>;

    /// Answers after a while, with the double of each even number; fails on 13.
    async fn doubles(keys: Vec<u32>) -> Result<Vec<Option<u32>>, Error> {
        yield_now().await;
        if keys.contains(&13) {
            return Err(Error::internal(anyhow::anyhow!("no luck")));
        }
        Ok(keys.into_iter().map(|key| (key % 2 == 0).then_some(2 * key)).collect())
    }

    #[tokio::test]
    async fn what_is_asked_for_at_once_is_read_at_once() {
        let (batches, reads): (Doubles, _) = (Arc::new(Batches::new()), Arc::new(AtomicUsize::new(0)));
        let found = join_all((0..100).map(|key| {
            let reads = Arc::clone(&reads);
            batches.find(key, move |keys| {
                reads.fetch_add(1, Ordering::Relaxed);
                doubles(keys)
            })
        }));
        let expected: Vec<_> = (0..100).map(|key| Some((key % 2 == 0).then_some(2 * key))).collect();
        assert_eq!(found.await, expected);
        assert_eq!(reads.load(Ordering::Relaxed), 2, "64, and the rest");
        assert_eq!(batches.find(2, doubles).await, Some(Some(4)), "and then the next");
    }

    #[tokio::test]
    async fn who_goes_away_is_not_waited_for_and_takes_nobody_along() {
        let batches: Doubles = Arc::new(Batches::new());
        let mut first = Box::pin(batches.find(2, doubles));
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut second = Box::pin(batches.find(4, doubles));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert_eq!(second.await, Some(Some(8)));
    }

    #[tokio::test]
    async fn a_batch_that_fails_leaves_each_to_itself() {
        let batches: Doubles = Arc::new(Batches::new());
        assert_eq!(join(batches.find(2, doubles), batches.find(13, doubles)).await, (None, None));
        assert_eq!(batches.find(2, doubles).await, Some(Some(4)), "the next is read");
    }

    #[tokio::test]
    async fn a_read_that_panics_leaves_each_to_itself() {
        let batches: Doubles = Arc::new(Batches::new());
        let panics = |_| async { if true { panic!("as it should") } else { Ok(Vec::new()) } };
        assert_eq!(join(batches.find(2, panics), batches.find(4, panics)).await, (None, None));
        assert_eq!(batches.find(2, doubles).await, Some(Some(4)), "the next is read");
    }

    #[test]
    fn a_runtime_that_ends_half_way_leaves_nothing_behind() {
        let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let batches: Doubles = Arc::new(Batches::new());
        runtime().block_on(async {
            let mut asked = Box::pin(batches.find(2, doubles));
            assert!(futures_util::poll!(&mut asked).is_pending());
        });
        assert_eq!(runtime().block_on(batches.find(4, doubles)), Some(Some(8)));
    }
}
