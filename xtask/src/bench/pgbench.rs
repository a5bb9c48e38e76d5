//! What PostgreSQL itself does with the statement behind a look-up by slug, and nobody in between.

use std::{io::Write as _, time::Duration};

use anyhow::{Context as _, Result};
use tenancy_testing::postgres::Binaries;

use crate::process;

/// The statement, with a slug that is drawn at random from all.
const SCRIPT: &str = "\\set n random(0, :rows - 1)\n\
    SELECT * FROM organizations WHERE slug = 'o-' || :n::text AND deleted_at IS NULL;\n";

/// Answers a second, over as many connections as the service is asked on.
///
/// # Errors
///
/// When there is no `pgbench` beside the server, or it fails.
pub(super) fn run(database: &str, rows: u32, connections: u32, length: Duration) -> Result<f64> {
    let mut script = tempfile::NamedTempFile::new()?;
    script.write_all(SCRIPT.as_bytes())?;
    let mut command = process::command(Binaries::find()?.folder().join("pgbench"));
    command
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"])
        .args(["--client", &connections.to_string(), "--time", &length.as_secs().to_string()])
        .args(["--define", &format!("rows={rows}"), "--file"])
        .arg(script.path())
        .arg(database);
    let printed = process::output(&mut command)?;
    read(&printed).context("pgbench printed no rate")
}

fn read(printed: &str) -> Option<f64> {
    printed.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read() {
        assert_eq!(read("a\ntps = 1234.5 (without initial connection time)\n"), Some(1234.5));
        assert_eq!(read("a\n"), None);
    }
}
