//! How one rule is run.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use tokio::runtime::{Builder, Runtime};

use super::Storage;
use crate::doubles::PredictableMac;

/// How long one rule may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs one rule on a fresh storage. What `fresh` gives beside the storage is dropped after it: a temporary folder, say.
///
/// # Panics
/// When the rule is broken, or takes longer than a minute.
pub fn run<S: Storage, G, F>(fresh: impl AsyncFn() -> (S, G), rule: impl FnOnce(Arc<dyn Storage>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    run_unkeyed(fresh, |storage| rule(keyed(storage)));
}

/// [`run`] on a storage that was told nothing to make its audit chains with.
///
/// # Panics
/// As [`run`] does.
pub fn run_unkeyed<S: Storage, G, F>(fresh: impl AsyncFn() -> (S, G), rule: impl FnOnce(Arc<dyn Storage>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime();
    let (storage, guard) = runtime.block_on(fresh());
    // In a task of its own, so that a storage which spins or has locked itself up fails instead of hanging.
    let rule = runtime.spawn(rule(Arc::new(storage)));
    let Ok(end) = runtime.block_on(async { tokio::time::timeout(PATIENCE, rule).await }) else {
        runtime.shutdown_background();
        panic!("the rule did not come to its end within {PATIENCE:?}");
    };
    if let Err(broken) = end {
        // The rule has said why when it panicked.
        resume_unwind(broken.into_panic());
    }
    drop(runtime);
    drop(guard);
}

/// A storage that may be written to: its audit chains are made with what [`PredictableMac`] is.
pub(super) fn keyed(storage: Arc<dyn Storage>) -> Arc<dyn Storage> {
    storage.use_chain_mac(Arc::new(PredictableMac));
    storage
}

/// A runtime for one test, with threads enough that what should not wait is seen not to wait.
pub(super) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}
