//! Questions that are asked at once, answered at once.
//!
//! What a small read costs is the way there and back: a message, a statement's beginning and end, and an answer, on both
//! sides. While a batch is on its way, each thread gathers what is asked meanwhile into the next one. So nobody waits for
//! others to come, and the more there are, the less each costs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use tokio::sync::oneshot;

use crate::thread_number::thread_number;

/// How many questions one batch holds at the most.
const MOST: usize = 64;

/// Questions `Q`, each of which has an answer `A`.
pub(crate) struct Batches<Q, A> {
    /// How many batches of one thread are on their way at once.
    ways: usize,
    /// One for each thread, as long as there are enough: so nobody is woken by another thread.
    threads: Vec<Mutex<Gathered<Q, A>>>,
}

/// What one caller asks, and where the answer goes.
type Asked<Q, A> = (Q, oneshot::Sender<A>);

struct Gathered<Q, A> {
    waiting: Vec<Asked<Q, A>>,
    on_their_way: usize,
}

impl<Q, A> Batches<Q, A> {
    /// None, of which up to `ways` of one thread will be on their way at once.
    pub(crate) fn new(ways: usize) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let gathered = || Mutex::new(Gathered { waiting: Vec::new(), on_their_way: 0 });
        Self { ways, threads: (0..threads).map(|_| gathered()).collect() }
    }

    /// The answer to `question`, in one batch with others. It is read after this was called, and so from what was committed
    /// before.
    ///
    /// `start` is called where nobody will come for the question otherwise, and sees to it that what the way holds is taken
    /// and answered; also when whoever asked first goes away.
    ///
    /// `None` when the batch was dropped unanswered, for a reason that may concern another of its questions: to be asked
    /// alone.
    pub(crate) async fn ask(self: &Arc<Self>, question: Q, start: impl FnOnce(Way<Q, A>)) -> Option<A> {
        let (answer, answered) = oneshot::channel();
        let thread = thread_number() % self.threads.len();
        let goes_now = {
            let mut gathered = self.gathered(thread);
            gathered.waiting.push((question, answer));
            let goes_now = gathered.on_their_way < self.ways && gathered.waiting.len() == 1;
            gathered.on_their_way += usize::from(goes_now);
            goes_now
        };
        if goes_now {
            start(Way { batches: Arc::clone(self), thread, is_over: false });
        }
        answered.await.ok()
    }

    fn gathered(&self, thread: usize) -> MutexGuard<'_, Gathered<Q, A>> {
        self.threads[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those on which the batches of a thread go, one after another.
pub(crate) struct Way<Q, A> {
    batches: Arc<Batches<Q, A>>,
    thread: usize,
    is_over: bool,
}

impl<Q, A> Way<Q, A> {
    /// Answers with what `answers_to` gives, in the order of its questions, in a task of its own: by the time that it runs, whatever
    /// else has come to this thread has been asked for as well, and it ends what it has begun when those who asked have
    /// gone. `None` where there are no answers, which the dropped channels say.
    pub(crate) fn answer<F>(mut self, answers_to: impl Fn(Vec<Q>) -> F + Send + 'static)
    where
        Q: Send + 'static,
        A: Send + 'static,
        F: Future<Output = Option<Vec<A>>> + Send,
    {
        tokio::spawn(async move {
            while let Some(batch) = self.next(MOST) {
                let (questions, channels): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
                let answers = answers_to(questions).await.into_iter().flatten();
                for (channel, answer) in channels.into_iter().zip(answers) {
                    // Whoever asked may be gone by now.
                    let _ = channel.send(answer);
                }
            }
        });
    }

    /// What has been gathered, up to `most` questions; nothing at the end of the way.
    fn next(&mut self, most: usize) -> Option<Vec<Asked<Q, A>>> {
        let mut gathered = self.batches.gathered(self.thread);
        if gathered.waiting.is_empty() {
            gathered.on_their_way -= 1;
            self.is_over = true;
            return None;
        }
        let size = gathered.waiting.len().min(most);
        Some(gathered.waiting.drain(..size).collect())
    }
}

impl<Q, A> Drop for Way<Q, A> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // It was cut off: its runtime ended, or a read panicked. Nobody may come for those that wait.
        let mut gathered = self.batches.gathered(self.thread);
        gathered.on_their_way -= 1;
        if gathered.on_their_way == 0 {
            gathered.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        pin::Pin,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::{
        FutureExt as _,
        future::{join, join_all},
    };
    use tokio::task::yield_now;

    use super::*;

    /// Whether `asked`, which begins here if it has not, has no answer yet.
    fn is_waiting<A>(asked: &mut Pin<Box<impl Future<Output = A>>>) -> bool {
        asked.now_or_never().is_none()
    }

    /// Keeps a tally of how often was read.
    struct Doubles {
        batches: Arc<Batches<u32, u32>>,
        reads: Arc<AtomicUsize>,
    }

    impl Doubles {
        fn new() -> Self {
            Self { batches: Arc::new(Batches::new(1)), reads: Arc::default() }
        }

        fn reads(&self) -> usize {
            self.reads.load(Ordering::Relaxed)
        }

        /// The double of `number`, after a while. With 13 nothing is answered, and 7 is no good at all.
        async fn of(&self, number: u32) -> Option<u32> {
            let reads = Arc::clone(&self.reads);
            let start = |way: Way<_, _>| {
                way.answer(move |numbers: Vec<u32>| {
                    let reads = Arc::clone(&reads);
                    async move {
                        yield_now().await;
                        reads.fetch_add(1, Ordering::Relaxed);
                        assert!(!numbers.contains(&7), "as it should");
                        let doubles = numbers.iter().map(|number| 2 * number).collect();
                        (!numbers.contains(&13)).then_some(doubles)
                    }
                });
            };
            self.batches.ask(number, start).await
        }
    }

    #[tokio::test]
    async fn what_is_asked_at_once_is_read_at_once() {
        let doubles = Doubles::new();
        let found = join_all((100..200).map(|number| doubles.of(number))).await;
        assert_eq!(found, (100..200).map(|number| Some(2 * number)).collect::<Vec<_>>());
        assert_eq!(doubles.reads(), 2, "64, and the rest");
        assert_eq!(doubles.of(2).await, Some(4), "and then the next");
    }

    #[tokio::test]
    async fn who_goes_away_is_not_waited_for_and_takes_nobody_along() {
        let doubles = Doubles::new();
        let mut first = Box::pin(doubles.of(2));
        assert!(is_waiting(&mut first));
        let mut second = Box::pin(doubles.of(4));
        assert!(is_waiting(&mut second));
        drop(first);
        assert_eq!(second.await, Some(8));
    }

    #[tokio::test]
    async fn a_batch_that_fails_leaves_each_to_itself() {
        let doubles = Doubles::new();
        for bad in [13, 7] {
            assert_eq!(join(doubles.of(2), doubles.of(bad)).await, (None, None));
            assert_eq!(doubles.of(2).await, Some(4), "the next is read");
        }
    }

    #[tokio::test]
    async fn who_asks_after_the_end_of_a_way_has_another() {
        let doubles = Doubles::new();
        let ways = RefCell::new(Vec::new());
        let ask = |number| doubles.batches.ask(number, |way| ways.borrow_mut().push(way));
        let (mut first, mut second) = (Box::pin(ask(1)), Box::pin(ask(2)));
        assert!(is_waiting(&mut first));
        let mut way = ways.borrow_mut().pop().unwrap();
        let mut batch = way.next(64).unwrap();
        assert!(is_waiting(&mut second), "for the same way");
        assert!(ways.borrow().is_empty());
        batch.extend(way.next(64).unwrap());
        assert!(way.next(64).is_none());
        let mut third = Box::pin(ask(3));
        assert!(is_waiting(&mut third));
        let other = ways.borrow_mut().pop().unwrap();
        for (number, answer) in batch {
            answer.send(2 * number).unwrap();
        }
        assert_eq!(join(first, second).await, (Some(2), Some(4)));
        drop(other);
        assert_eq!(third.await, None);
    }

    #[test]
    fn a_runtime_that_ends_half_way_leaves_nothing_behind() {
        let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let doubles = Doubles::new();
        runtime().block_on(async {
            let mut asked = Box::pin(doubles.of(2));
            assert!(is_waiting(&mut asked));
        });
        assert_eq!(runtime().block_on(doubles.of(4)), Some(8));
    }
}
