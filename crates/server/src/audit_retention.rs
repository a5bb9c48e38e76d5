//! Deletes audit entries that are older than they are to be kept, beside the requests.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use actix_web::rt::{self, task::JoinHandle};
use tenancy_domain::{Error, Timestamp, audit_log::AuditSweeper, ports::Clock};

/// How often it is looked for old entries.
const INTERVAL: Duration = Duration::from_hours(1);
const MILLISECONDS_OF_A_DAY: i64 = 24 * 60 * 60 * 1_000;

/// Deletes from now on, until the task is aborted. Any number of instances may do so: one sweeps at a time.
pub(crate) fn sweep_regularly(sweeper: AuditSweeper, clock: Arc<dyn Clock>, days: NonZeroU32) -> JoinHandle<()> {
    rt::spawn(async move {
        loop {
            if let Some(before) = before(clock.now(), days) {
                report(&sweeper, before).await;
            }
            rt::time::sleep(INTERVAL).await;
        }
    })
}

/// The time before which nothing is kept; `None` where that lies before all times.
fn before(now: Timestamp, days: NonZeroU32) -> Option<Timestamp> {
    Timestamp::from_unix_milliseconds(now.unix_milliseconds() - i64::from(days.get()) * MILLISECONDS_OF_A_DAY)
}

async fn report(sweeper: &AuditSweeper, before: Timestamp) {
    let cause = |error: &Error| error.cause().map(ToString::to_string).unwrap_or_default();
    match sweeper.sweep(before).await {
        Ok(sweep) => {
            for (chain, error) in &sweep.failures {
                tracing::error!(cause = cause(error), "cannot delete old entries of the audit chain {chain}: {error}");
            }
            if sweep.deleted > 0 {
                tracing::info!("{} audit entries from before {before} were deleted", sweep.deleted);
            }
        }
        Err(error) => tracing::warn!(cause = cause(&error), "cannot delete old audit entries: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_so_many_days_goes() {
        let now = Timestamp::parse_rfc3339("2026-03-01T12:00:00Z").unwrap();
        let days = |days| before(now, NonZeroU32::new(days).unwrap()).map(|time| time.to_string());
        assert_eq!(days(1).as_deref(), Some("2026-02-28T12:00:00.000Z"));
        assert_eq!(days(90).as_deref(), Some("2025-12-01T12:00:00.000Z"));
        assert_eq!(days(u32::MAX), None);
    }
}
