//! Revocations one after another, of keys that every instance is being shown at that moment.

use std::{
    fmt,
    sync::{Barrier, OnceLock},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{
    super::caller::Caller,
    instances::{INSTANCES, Instances, Key},
};

/// How long after the answer a key is shown still.
const AFTERWARDS: Duration = Duration::from_millis(130);
/// How often a key is let in before it is revoked: the cache has it then.
const BEFORE: usize = 3;

/// What requests of one instance with a key that was revoked meanwhile have come to. Each is how long after the answer
/// to the revocation; zero is not after it.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// When the last request that was let in was sent.
    sent: Duration,
    /// When its answer came.
    answered: Duration,
    is_elsewhere: bool,
}

/// What all rounds have come to.
pub(super) struct Lags(Vec<Seen>);

/// Revokes each key while all instances are shown it without a pause.
pub(super) fn run(instances: &Instances, keys: &[Key]) -> Result<Lags> {
    let callers: [[Caller; 2]; INSTANCES] = [0, 1, 2].map(|n| [instances.caller(n), instances.caller(n)]);
    let revokers = [0, 1, 2].map(|n| instances.caller(n));
    let mut lags = Lags(Vec::new());
    for (round, key) in keys.iter().enumerate() {
        let here = round % INSTANCES;
        let (revoked, ready) = (OnceLock::new(), Barrier::new(INSTANCES * 2 + 1));
        thread::scope(|scope| -> Result<()> {
            let showing: Vec<_> = callers
                .iter()
                .enumerate()
                .flat_map(|(n, pair)| pair.iter().map(move |caller| (n, caller)))
                .map(|(n, caller)| {
                    let (revoked, ready) = (&revoked, &ready);
                    (n, scope.spawn(move || show(caller, &key.secret, revoked, ready)))
                })
                .collect();
            ready.wait();
            // Not always at the same moment of what the callers do.
            thread::sleep(Duration::from_micros(u64::try_from(round)? * 97 % 3_000));
            let answered = revokers[here].revoke(key);
            // The callers end also where this has failed.
            let _ = revoked.set(answered.as_ref().copied().unwrap_or_else(|_| Instant::now()));
            answered?;
            for (n, showing) in showing {
                let seen = showing.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??;
                lags.0.push(Seen { is_elsewhere: n != here, ..seen });
            }
            Ok(())
        })?;
    }
    Ok(lags)
}

/// Shows a key until some time after it was revoked.
fn show(caller: &Caller, secret: &str, revoked: &OnceLock<Instant>, ready: &Barrier) -> Result<Seen> {
    let before: Result<Vec<bool>> = (0..BEFORE).map(|_| caller.accepts(secret)).collect();
    // Whatever has come of it, the others wait here.
    ready.wait();
    ensure!(before?.into_iter().all(|accepted| accepted), "a key was refused before it was revoked");
    let mut last = None;
    loop {
        let sent = Instant::now();
        if caller.accepts(secret)? {
            last = Some((sent, Instant::now()));
        }
        if let Some(revoked) = revoked.get()
            && sent.saturating_duration_since(*revoked) > AFTERWARDS
        {
            let after = |moment: Instant| moment.saturating_duration_since(*revoked);
            return Ok(last.map_or_else(Seen::default, |(sent, answered)| Seen {
                sent: after(sent),
                answered: after(answered),
                is_elsewhere: false,
            }));
        }
    }
}

impl Lags {
    /// When, by the instance that had answered, the last request was sent that was let in: zero where none was.
    pub(super) fn here(&self) -> Duration {
        self.0.iter().filter(|seen| !seen.is_elsewhere).map(|seen| seen.sent).max().unwrap_or_default()
    }

    /// When the last request that was let in elsewhere was answered: the acceptance came before that.
    pub(super) fn elsewhere_at_most(&self) -> Duration {
        self.elsewhere(|seen| seen.answered).last().copied().unwrap_or_default()
    }

    /// Whether no instance let in a request that was sent after the answer.
    pub(super) fn is_none_after_the_answer(&self) -> bool {
        self.0.iter().all(|seen| seen.sent == Duration::ZERO)
    }

    fn elsewhere(&self, measure: impl Fn(&Seen) -> Duration) -> Vec<Duration> {
        let mut lags: Vec<_> = self.0.iter().filter(|seen| seen.is_elsewhere).map(measure).collect();
        lags.sort_unstable();
        lags
    }
}

impl fmt::Display for Lags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.0.iter().filter(|seen| !seen.is_elsewhere && seen.sent > Duration::ZERO).count();
        write!(
            formatter,
            "{after} let in after the answer by the instance that gave it; elsewhere the last let in was"
        )?;
        for (what, lags) in
            [("sent", self.elsewhere(|seen| seen.sent)), ("answered", self.elsewhere(|seen| seen.answered))]
        {
            let [median, most, all] = [0.5, 0.99, 1.0].map(|share| {
                let lag = lags.get(share_of(lags.len(), share)).copied().unwrap_or_default();
                lag.as_secs_f64() * 1e3
            });
            write!(
                formatter,
                "\n    {what} {median:.1} ms after it in the median, {most:.1} ms at the 99th percentile, {all:.1} ms at most"
            )?;
        }
        Ok(())
    }
}

/// The place of the one that so large a share of so many is not above.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place among some thousands"
)]
fn share_of(count: usize, share: f64) -> usize {
    ((count.saturating_sub(1)) as f64 * share).ceil() as usize
}
