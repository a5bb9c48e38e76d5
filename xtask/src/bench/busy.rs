//! How long the processors were busy for this task's own processes: for the service, and for the PostgreSQL behind it.

use std::{collections::HashMap, fs, process, time::Duration};

use anyhow::{Context as _, Result};

/// The processes that this one has started, and those that they have started.
pub(super) struct Descendants(Vec<u32>);

impl Descendants {
    /// Those that there are by now.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(super) fn find() -> Result<Self> {
        let mut parents = HashMap::new();
        for entry in fs::read_dir("/proc")? {
            let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            // It may have ended meanwhile.
            let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
            parents.insert(id, parent(&stat).context("stat has no parent")?);
        }
        let own = process::id();
        let descends =
            |id: &u32| std::iter::successors(Some(*id), |id| parents.get(id).copied()).skip(1).any(|id| id == own);
        Ok(Self(parents.keys().copied().filter(descends).collect()))
    }

    /// How long they were busy so far, with the kernel's part.
    pub(super) fn busy(&self) -> Duration {
        let threads = self.0.iter().filter_map(|id| fs::read_dir(format!("/proc/{id}/task")).ok()).flatten().flatten();
        // Who has ended meanwhile had nothing more to do.
        let times = threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
        Duration::from_nanos(times.filter_map(|times| times.split(' ').next()?.parse::<u64>().ok()).sum())
    }
}

/// The parent in a process's `stat`, whose second field is a name in parentheses, in which anything may stand.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_child_that_is_busy_is_found() {
        assert_eq!(parent("7 (a) b) S 12 7 7 0"), Some(12));
        let mut child = Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        let descendants = Descendants::find().unwrap();
        let found = descendants.0.contains(&child.id());
        let before = descendants.busy();
        while found && descendants.busy() == before {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found);
    }
}
