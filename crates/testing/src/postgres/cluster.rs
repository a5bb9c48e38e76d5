//! A PostgreSQL server of one's own, for a while.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use super::{
    Binaries, Error,
    account::Account,
    server::Server,
    watchdog::{Start, Watchdog},
};

/// Tests run side by side, each with its pool.
const MAX_CONNECTIONS: u32 = 300;

/// How often another port is tried when somebody takes the free one before the server does.
const ATTEMPTS: usize = 5;

/// How a cluster is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whether a commit is on the disk before it is answered, as in production. Tests do without, for speed; what
    /// measures, or pulls the plug, does not.
    pub durable: bool,
}

/// A running PostgreSQL that belongs to this value: it is stopped and removed when the value is dropped, and also when
/// the process ends without that, even by `kill -9`.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    folder: PathBuf,
    _watchdog: Watchdog,
}

impl Cluster {
    /// Makes a cluster in a new folder below the system's temporary one, and starts it on a free loopback port. It
    /// trusts everyone who connects. Where this process is root's, the server runs as `postgres` or `nobody`.
    ///
    /// # Errors
    ///
    /// When no server is installed, or it does not start; the error holds the end of its log.
    pub fn start(options: Options) -> Result<Self, Error> {
        let binaries = Binaries::find()?;
        let mut attempt = 1;
        loop {
            match Self::start_once(&binaries, options) {
                Err(Error::Failed { reason, .. }) if is_port_taken(&reason) && attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    fn start_once(binaries: &Binaries, options: Options) -> Result<Self, Error> {
        let port = free_port()?;
        let folder = new_folder()?;
        // A folder that we made shows whose we are.
        let owner = fs::metadata(&folder).map_err(|error| Error::failed("look at the folder", error))?.uid();
        let account = if owner == 0 { Some(Account::unprivileged()?) } else { None };
        if let Some(account) = account {
            account.own(&folder)?;
        }
        let (watchdog, start) = Watchdog::start(binaries, &folder, &settings(port, options), account)?;
        if start == Start::Failed {
            return Err(Error::failed("start PostgreSQL", end_of_log(&folder)));
        }
        let url = format!("postgres://postgres@{}:{port}/postgres", Ipv4Addr::LOCALHOST);
        Ok(Self { server: Server::at(url, Some(binaries)), folder, _watchdog: watchdog })
    }

    /// The URL of `database`, which need not exist.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.server.url(database)
    }

    /// Makes an empty database with a name of its own, and gives its URL.
    ///
    /// # Errors
    ///
    /// When the server refuses; the error holds its words.
    pub fn create_database(&self) -> Result<String, Error> {
        self.server.create_database()
    }

    /// Makes a copy of the database at `template`, a URL that this cluster gave, and gives the copy's URL. Nobody may
    /// be connected to the template meanwhile.
    ///
    /// # Errors
    ///
    /// When the server refuses; the error holds its words.
    pub fn create_database_from(&self, template: &str) -> Result<String, Error> {
        self.server.create_database_from(template)
    }

    /// The folder with all of the cluster.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn server(&self) -> &Server {
        &self.server
    }
}

fn settings(port: u16, options: Options) -> String {
    let mut settings = format!(
        "-c listen_addresses={} -c port={port} -c unix_socket_directories= -c max_connections={MAX_CONNECTIONS}",
        Ipv4Addr::LOCALHOST,
    );
    if !options.durable {
        settings.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
    }
    settings
}

/// A new folder that nobody else may enter.
fn new_folder() -> Result<PathBuf, Error> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let temporary = env::temp_dir();
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = temporary.join(format!("tenancy-postgres-{}-{number}", process::id()));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            // Of a former process with our id whose watchdog was killed too.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::failed("make a folder", format!("{}: {error}", folder.display()))),
        }
    }
}

/// A port that was free a moment ago: PostgreSQL does not choose one itself.
fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Error::failed("find a free port", error))
}

fn is_port_taken(log: &str) -> bool {
    log.contains("Address already in use")
}

/// The last lines of the server's log, with what went wrong in them.
fn end_of_log(folder: &Path) -> String {
    const LINES: usize = 20;
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
}
