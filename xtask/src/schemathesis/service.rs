//! The service as the fuzzer meets it: the real program, on a database that is thrown away.

use std::{
    env,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::process;

/// The key that the service is told to have, and that the fuzzer presents. It opens nothing but this service.
pub(super) const KEY: &str = "tny_ThrowAwayKeyOfTheSchemathesisTask00000000003Zji1v";

/// A master key, which the service asks for on PostgreSQL.
const MASTER_KEY: &str = "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=";

/// How long the service may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service. To drop it ends it and removes its data.
pub(super) struct Service {
    process: Child,
    data: TempDir,
    port: u16,
}

impl Service {
    /// Starts the program that was built, on the database at `database_url`, or else on a SQLite of its own.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen in time.
    pub(super) fn start(database_url: Option<&str>) -> Result<Self> {
        let data = tempfile::tempdir().context("could not make a folder for the data")?;
        // Cargo puts the workspace's programs side by side.
        let mut command = process::command(env::current_exe()?.with_file_name("tenancy"));
        // What is set for the service of whoever runs this is not meant for this one.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENANCY_")) {
            command.env_remove(name);
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(data.path().join("data"))
            .arg("--port-file")
            .arg(data.path().join("port"))
            .env("TENANCY_BOOTSTRAP_KEY", KEY)
            .env("TENANCY_MASTER_KEY", MASTER_KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(data.path().join("log"))?);
        if let Some(url) = database_url {
            command.env("TENANCY_DATABASE_URL", url);
        }
        let process = command.spawn().context("could not run the service")?;
        let mut service = Self { process, data, port: 0 };
        service.port = service.wait_for_port()?;
        Ok(service)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The last of what it logged.
    pub(super) fn end_of_log(&self) -> String {
        const LINES: usize = 20;
        let log = fs::read_to_string(self.data.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
    }

    fn wait_for_port(&mut self) -> Result<u16> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Ok(port) = fs::read_to_string(self.data.path().join("port")) {
                return port.trim().parse().context("the port file holds no port");
            }
            if self.process.try_wait()?.is_some() {
                bail!("the service ended at its start:\n{}", self.end_of_log());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("the service does not listen:\n{}", self.end_of_log());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
