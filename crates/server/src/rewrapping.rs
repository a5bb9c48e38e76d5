//! Wraps anew what is sealed under former master keys, beside the requests.

use std::time::Duration;

use actix_web::rt::{self, task::JoinHandle};
use tenancy_domain::{
    Error,
    sealing::{Rewrapped, Rewrapper},
};

/// How often it is looked whether there is anything to do: another instance may go on sealing under a former master key
/// until it is restarted. A look costs one read for each master key that is known.
const INTERVAL: Duration = Duration::from_secs(15);

/// Wraps anew from now on, until the task is aborted.
pub(crate) fn run_regularly(rewrapper: Rewrapper) -> JoinHandle<()> {
    rt::spawn(async move {
        let mut damaged = 0;
        loop {
            match rewrapper.run().await {
                Ok(done) => report(done, &mut damaged),
                Err(error) => warn("cannot wrap secrets anew, and will try again", &error),
            }
            rt::time::sleep(INTERVAL).await;
        }
    })
}

/// Tells what was done, and of what is damaged when its number is not the one that was told last.
fn report(done: Rewrapped, told: &mut u64) {
    if done.secrets > 0 {
        tracing::info!("{} secrets of former master keys were wrapped anew", done.secrets);
    }
    if let Some(error) = done.damage.filter(|_| done.damaged != *told) {
        warn(&format!("{} secrets of former master keys are damaged, and stay as they are", done.damaged), &error);
    }
    *told = done.damaged;
}

fn warn(what: &str, error: &Error) {
    let cause = error.cause().map(|cause| format!("{cause:#}")).unwrap_or_default();
    tracing::warn!(cause, "{what}: {error}");
}
