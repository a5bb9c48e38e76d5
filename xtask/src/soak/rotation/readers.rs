//! Who is shown the secrets, without a pause.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{super::caller::Caller, secrets::Secret};
use crate::service::Service;

/// How many there are, each waiting for its answers.
const READERS: usize = 8;

/// Readers that go on until they are stopped.
pub(super) struct Readers {
    is_over: Arc<AtomicBool>,
    began: Instant,
    readers: Vec<JoinHandle<Result<(u64, u64)>>>,
}

/// What has come of it.
pub(super) struct Seen {
    shown: u64,
    elapsed: Duration,
}

impl Readers {
    /// Starts them, on each of the instances by turns.
    pub(super) fn start(services: &[Service], secrets: &Arc<[Secret]>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let readers = services
            .iter()
            .cycle()
            .take(READERS)
            .enumerate()
            .map(|(number, service)| {
                let (caller, secrets) = (Caller::at(service.address()), Arc::clone(secrets));
                let is_over = Arc::clone(&is_over);
                thread::spawn(move || read(&caller, &secrets, number, &is_over))
            })
            .collect();
        Self { is_over, began: Instant::now(), readers }
    }

    /// Stops them.
    ///
    /// # Errors
    ///
    /// When a secret was not shown, or not as it was sent.
    pub(super) fn stop(self) -> Result<Seen> {
        self.is_over.store(true, Ordering::SeqCst);
        let (mut shown, mut failed) = (0, 0);
        for reader in self.readers {
            let (of_one, of_one_failed) = reader.join().map_err(|_| anyhow::anyhow!("a reader panicked"))??;
            shown += of_one;
            failed += of_one_failed;
        }
        ensure!(failed == 0, "{failed} of {} secrets were not shown as they were sent", shown + failed);
        Ok(Seen { shown, elapsed: self.began.elapsed() })
    }
}

/// Looks at one secret after another, from a place that differs from reader to reader. Gives how many were shown as they
/// were sent, and how many were not.
fn read(caller: &Caller, secrets: &[Secret], number: usize, is_over: &AtomicBool) -> Result<(u64, u64)> {
    let (mut shown, mut failed) = (0, 0);
    let begin = secrets.len() * number / READERS;
    for secret in secrets.iter().cycle().skip(begin) {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        if secret.is_shown(caller)? {
            shown += 1;
        } else {
            failed += 1;
        }
    }
    Ok((shown, failed))
}

impl Seen {
    /// How many secrets were shown.
    pub(super) const fn shown(&self) -> u64 {
        self.shown
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        let rate = f64::from(u32::try_from(self.shown).unwrap_or(u32::MAX)) / seconds;
        write!(
            formatter,
            "{} secrets shown in {seconds:.1} s by {READERS} readers, {rate:.0} a second, all as they were sent",
            self.shown
        )
    }
}
