//! Forgets requests that are over, beside those that are under way.

use std::time::Duration;

use actix_web::rt::{self, task::JoinHandle};
use tenancy_domain::idempotency::IdempotencyService;

/// How often it is looked for some.
const INTERVAL: Duration = Duration::from_mins(1);
/// How long the database is left to others between some and the next.
const PAUSE: Duration = Duration::from_millis(200);

/// Forgets from now on, until the task is aborted.
pub(crate) fn forget_regularly(requests: IdempotencyService) -> JoinHandle<()> {
    rt::spawn(async move {
        loop {
            match requests.forget_some().await {
                Ok(true) => rt::time::sleep(PAUSE).await,
                Ok(false) => rt::time::sleep(INTERVAL).await,
                Err(error) => {
                    let cause = error.cause().map(ToString::to_string).unwrap_or_default();
                    tracing::warn!(cause, "cannot forget requests that are over: {error}");
                    rt::time::sleep(INTERVAL).await;
                }
            }
        }
    })
}
