//! Writes when keys were last used, beside the requests that use them.

use std::time::Duration;

use actix_web::rt::{self, task::JoinHandle};
use tenancy_domain::{Error, api_keys::ApiKeyService};

/// How often it is looked whether there is anything to write. Each key is written once a minute at the most.
const INTERVAL: Duration = Duration::from_secs(5);

/// Writes from now on, until the task is aborted.
pub(crate) fn write_regularly(api_keys: ApiKeyService) -> JoinHandle<()> {
    rt::spawn(async move {
        loop {
            rt::time::sleep(INTERVAL).await;
            report(api_keys.write_uses(false).await);
        }
    })
}

/// Writes what is left at the end.
pub(crate) async fn write_last(api_keys: &ApiKeyService) {
    report(api_keys.write_uses(true).await);
}

/// What is lost with a failure is when some keys were last used, and no more.
fn report(result: Result<(), Error>) {
    if let Err(error) = result {
        let cause = error.cause().map(ToString::to_string).unwrap_or_default();
        tracing::warn!(cause, "cannot write when keys were last used: {error}");
    }
}
