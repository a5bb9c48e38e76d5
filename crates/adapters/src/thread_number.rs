//! Numbers of threads.

use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static NUMBER: usize = {
        static SEEN: AtomicUsize = AtomicUsize::new(0);
        SEEN.fetch_add(1, Ordering::Relaxed)
    };
}

/// Which one this thread is of those that have asked, from 0.
pub(crate) fn thread_number() -> usize {
    NUMBER.with(|number| *number)
}
