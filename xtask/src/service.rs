//! The service as a user meets it: the real program, on data that are thrown away.

use std::{
    env,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::process;

/// The key that the service is told to have. It opens nothing but this service.
pub(crate) const KEY: &str = "tny_ThrowAwayKeyOfTheSchemathesisTask00000000003Zji1v";

/// A master key, which the service asks for on PostgreSQL.
const MASTER_KEY: &str = "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=";

/// How long the service may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service. To drop it ends it.
pub(crate) struct Service {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Service {
    /// Starts `program` with its data in `folder`, on the database at `database_url` or else on a SQLite there.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen in time.
    pub(crate) fn start(program: &Path, folder: &Path, database_url: Option<&str>) -> Result<Self> {
        Self::start_with(program, folder, database_url, &[])
    }

    /// The same with further environment variables.
    ///
    /// # Errors
    ///
    /// As for [`Service::start`].
    pub(crate) fn start_with(
        program: &Path,
        folder: &Path,
        database_url: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = command(program, folder, database_url);
        command.envs(variables.iter().copied());
        Self::serve(command, folder)
    }

    /// Starts `program` as [`Service::start`] does, under valgrind, which counts its instructions and writes the counts to
    /// files whose names begin with `counts`.
    ///
    /// # Errors
    ///
    /// As for [`Service::start`].
    pub(crate) fn start_counted(
        program: &Path,
        folder: &Path,
        database_url: Option<&str>,
        counts: &Path,
    ) -> Result<Self> {
        let mut command = command(Path::new("valgrind"), folder, database_url);
        command.args(["--quiet", "--tool=callgrind"]);
        command.arg(format!("--callgrind-out-file={}", counts.display())).arg(program);
        Self::serve(command, folder)
    }

    /// Starts `program` in `folder` with nothing set at all, as whoever tries it does; but on a port that is free.
    ///
    /// # Errors
    ///
    /// When it ends, or does not listen in time.
    pub(crate) fn start_fresh(program: &Path, folder: &Path) -> Result<Self> {
        let mut command = unset(program);
        command.current_dir(folder);
        Self::serve(command, folder)
    }

    fn serve(mut command: Command, folder: &Path) -> Result<Self> {
        let port_file = folder.join("port");
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--port-file"])
            .arg(&port_file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(folder.join("log"))?);
        // That of a service before this one would be taken for this one's.
        let _ = fs::remove_file(&port_file);
        let process = command.spawn().context("could not run the service")?;
        let mut service = Self { process, folder: folder.to_owned(), port: 0 };
        service.port = service.wait_for_port()?;
        Ok(service)
    }

    /// Ends it at once, as a loss of power does to the process: `kill -9`.
    ///
    /// # Errors
    ///
    /// When it has ended by itself before.
    pub(crate) fn kill(mut self) -> Result<()> {
        if let Some(status) = self.process.try_wait()? {
            bail!("the service ended by itself ({status}):\n{}", self.end_of_log());
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// The most memory that it has had resident so far, in bytes.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// The memory that it has resident, in bytes.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// What the system tells of its process, which is in kibibytes, in bytes.
    fn status(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB"));
        let kibibytes = kibibytes.with_context(|| format!("there is no {name} of the service"))?;
        Ok(kibibytes.trim().parse::<u64>()? * 1_024)
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.process.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The last of what it logged.
    pub(crate) fn end_of_log(&self) -> String {
        const LINES: usize = 20;
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
    }

    fn wait_for_port(&mut self) -> Result<u16> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Ok(port) = fs::read_to_string(self.folder.join("port")) {
                return port.trim().parse().context("the port file holds no port");
            }
            if self.process.try_wait()?.is_some() {
                bail!("the service ended at its start:\n{}", self.end_of_log());
            }
            thread::sleep(Duration::from_millis(2));
        }
        bail!("the service does not listen:\n{}", self.end_of_log());
    }
}

/// A command of `program`, on the data that a service has in `folder` or in the database at `database_url`.
pub(crate) fn command(program: &Path, folder: &Path, database_url: Option<&str>) -> Command {
    let mut command = unset(program);
    command
        .env("TENANCY_DATA_DIR", folder.join("data"))
        .env("TENANCY_BOOTSTRAP_KEY", KEY)
        .env("TENANCY_MASTER_KEY", MASTER_KEY);
    if let Some(url) = database_url {
        command.env("TENANCY_DATABASE_URL", url);
    }
    command
}

/// A command of `program`, of which nothing is set.
fn unset(program: &Path) -> Command {
    let mut command = process::command(program);
    // What is set for the service of whoever runs this is not meant for this one.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENANCY_")) {
        command.env_remove(name);
    }
    command
}

impl Drop for Service {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
