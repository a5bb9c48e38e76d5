//! What a process has used, as Linux tells it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

/// The unit in which Linux tells processor times to programs, whatever its own clock is.
const TICK: Duration = Duration::from_millis(10);

/// What a process has used so far, or from one time to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Processor time, its own and the kernel's for it.
    pub(super) processor: Duration,
    /// The most memory that it has had resident, ever, in bytes.
    pub(super) peak_memory: u64,
}

impl Cost {
    /// What was used after `before`.
    pub(super) fn since(self, before: Self) -> Self {
        Self { processor: self.processor.saturating_sub(before.processor), ..self }
    }

    /// The same for each of so many requests.
    pub(super) fn each(self, requests: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "it was counted in ticks of ten milliseconds")]
        let processor = self.processor.div_f64(requests as f64);
        Self { processor, ..self }
    }
}

/// What `process` has used so far.
///
/// # Errors
///
/// When it is gone, or the system does not tell.
pub(super) fn of(process: u32) -> Result<Cost> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    read(&stat, &status)
}

fn read(stat: &str, status: &str) -> Result<Cost> {
    // The second field is the program's name in parentheses, in which anything may stand.
    let (_, fields) = stat.rsplit_once(") ").context("stat has no name")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u32>);
    let ticks = ticks.sum::<Result<u32, _>>().context("stat has no processor time")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB")).context("status has no VmHWM")?;
    Ok(Cost { processor: TICK * ticks, peak_memory: peak.trim().parse::<u64>()? * 1_024 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_what_linux_writes() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 9 9 20 0 4 0 100 1 1\n";
        let status = "Name:\ta\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n";
        let cost = read(stat, status).unwrap();
        assert_eq!((cost.processor, cost.peak_memory), (Duration::from_secs(3), 2 << 20));
        assert_eq!(cost.since(cost).processor, Duration::ZERO);
        assert_eq!(cost.each(1_000).processor, Duration::from_millis(3));
        assert!(read("7", status).is_err());
        assert!(read(stat, "").is_err());
    }
}
