//! The little process that outlives the owner of a cluster and clears up after it.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{Binaries, Error, account::Account};

/// Makes the cluster, tells how that went, waits for the end of its input, and removes everything.
///
/// The input is a pipe whose other end the owner alone has open: it ends when the owner closes it and when the owner
/// dies, of whatever. The signals are those that a terminal or a test runner sends to all processes alike; the server
/// takes no notice of what is ignored here, as it sets its own handlers.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
binaries=$1 folder=$2 settings=$3
if "$binaries/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --no-sync >"$folder/log" 2>&1 &&
    "$binaries/pg_ctl" start --wait --silent --pgdata="$folder/data" --log="$folder/log" --options="$settings" \
        >>"$folder/log" 2>&1
then echo started; else echo failed; fi
cat >/dev/null
"$binaries/pg_ctl" stop --wait --silent --pgdata="$folder/data" --mode=immediate >/dev/null 2>&1
rm -rf "$folder"
"#;

/// The running watchdog of one cluster. To drop it removes the cluster, and waits until it is gone.
#[derive(Debug)]
pub(super) struct Watchdog {
    process: Child,
}

/// What the watchdog told about the start of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Started,
    /// The reason is in the log.
    Failed,
}

impl Watchdog {
    /// Has a cluster made in `folder`, which belongs to `account` if there is one, and waits until it answers.
    pub(super) fn start(
        binaries: &Binaries,
        folder: &Path,
        settings: &str,
        account: Option<Account>,
    ) -> Result<(Self, Start), Error> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", SCRIPT, "watchdog"])
            .args([binaries.folder(), folder])
            .arg(settings)
            // The account may not enter the folder that we are in, and PG… variables are not meant for this server.
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            // In a group of its own, out of the reach of the terminal's Ctrl-C.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(account) = account {
            account.run(&mut command);
        }
        let mut process = command.spawn().map_err(|error| Error::failed("run /bin/sh", error))?;
        let said = process.stdout.take().map(BufReader::new).and_then(|stdout| stdout.lines().next()?.ok());
        let start = if said.as_deref() == Some("started") { Start::Started } else { Start::Failed };
        Ok((Self { process }, start))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It is gone in any case; there is nothing to do about a failure to hear of it.
        let _ = self.process.wait();
    }
}
