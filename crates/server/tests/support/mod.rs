//! Runs the real binary: its commands to their end, and the service on a throw-away storage.

#![allow(dead_code, reason = "each file of tests uses its own part of this")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

use std::{
    fs,
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use tempfile::TempDir;
use tenancy_adapters::{
    postgres::PostgresStorage,
    sealing::{Keyring, MasterKey},
    sqlite::SqliteStorage,
    system::OsRandom,
};
use tenancy_server::{audit_chains, ports::Ports};

mod remains;

pub(crate) use remains::Remains;

/// A valid key that nobody gave out.
pub(crate) const KEY: &str = "tny_00000000000000000000000000000000000000000002CZclj";
/// 32 bytes in base64.
pub(crate) const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A place for one installation: its data directory, and on PostgreSQL its database.
pub(crate) struct Installation {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Installation {
    /// One on SQLite.
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), settings: Vec::new() }
    }

    /// One on an empty PostgreSQL database; `None` when this run leaves PostgreSQL out.
    pub(crate) fn postgres() -> Option<Self> {
        if tenancy_testing::postgres::is_left_out() {
            return None;
        }
        Some(Self::on_postgres(tenancy_testing::postgres::fresh_database()))
    }

    /// One on the PostgreSQL database at this URL.
    pub(crate) fn on_postgres(url: String) -> Self {
        Self::sqlite().with("TENANCY_DATABASE_URL", url).with("TENANCY_MASTER_KEY", MASTER_KEY)
    }

    /// The same with one more environment variable for each program.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// The same, for the HTTP suite: some of its rules fail to authenticate more often than anybody else may, and the log
    /// that is searched for secrets says all that it can.
    pub(crate) fn for_http_suite(self) -> Self {
        self.with("TENANCY_RATE_LIMIT_AUTH_FAILURES", "0").with("TENANCY_LOG", "trace")
    }

    /// The same, with so many API keys, projects and members at the most in an organization.
    pub(crate) fn with_limits(self, limit: usize) -> Self {
        let names = ["TENANCY_LIMIT_API_KEYS", "TENANCY_LIMIT_PROJECTS", "TENANCY_LIMIT_MEMBERS"];
        names.into_iter().fold(self, |installation, name| installation.with(name, limit.to_string()))
    }

    /// What the service leaves behind.
    pub(crate) fn remains(&self) -> Remains {
        let url = self.settings.iter().find(|(name, _)| *name == "TENANCY_DATABASE_URL");
        Remains { data_dir: self.data_dir(), log: self.log(), url: url.map(|(_, url)| url.clone()) }
    }

    fn log(&self) -> PathBuf {
        self.folder().join("stderr")
    }

    /// The same on a copy of another one's data: of its data directory, and on PostgreSQL of its database at `url`.
    pub(crate) fn copied_from(other: &Self, url: Option<&str>) -> Self {
        let mut copy = Self { folder: tempfile::tempdir().unwrap(), settings: other.settings.clone() };
        if let Some(url) = url {
            let copied = tenancy_testing::postgres::fresh_database_from(url);
            copy.settings.retain(|(name, _)| *name != "TENANCY_DATABASE_URL");
            copy.settings.push(("TENANCY_DATABASE_URL", copied));
        }
        if other.data_dir().exists() {
            fs::create_dir(copy.data_dir()).unwrap();
            for file in fs::read_dir(other.data_dir()).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), copy.data_dir().join(file.file_name())).unwrap();
            }
        }
        copy
    }

    /// The same without an environment variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(given, _)| *given != name);
        self
    }

    /// A setting that its programs are given.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// Runs statements on its database, behind the program's back.
    pub(crate) fn sql(&self, script: &str) {
        match self.setting("TENANCY_DATABASE_URL") {
            None => {
                let file = self.data_dir().join("tenancy.db");
                let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                connection.batch_execute(script).unwrap_or_else(|error| panic!("{script}: {error}"));
            }
            Some(url) => block_on(async {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute(script).await.unwrap_or_else(|error| panic!("{script}: {error:?}"));
            }),
        }
    }

    /// Whether it is on PostgreSQL.
    pub(crate) fn is_on_postgres(&self) -> bool {
        self.setting("TENANCY_DATABASE_URL").is_some()
    }

    /// The ports of its storage, opened by the test itself: no service may have it.
    pub(crate) async fn ports(&self) -> Ports {
        match self.setting("TENANCY_DATABASE_URL") {
            None => {
                fs::create_dir_all(self.data_dir()).unwrap();
                Ports::of(keyed(SqliteStorage::open(&self.data_dir().join("tenancy.db")).unwrap()).await)
            }
            Some(url) => {
                let storage = PostgresStorage::connect(url).await.unwrap();
                storage.migrate().await.unwrap();
                Ports::of(keyed(storage).await)
            }
        }
    }

    /// A folder of the test's own, which holds the data directory.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data directory.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The program with these arguments, and no environment but its own: a variable of the test run that begins with
    /// `TENANCY_` would be refused.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenancy"));
        command
            .args(arguments)
            .env_clear()
            .env("TENANCY_DATA_DIR", self.data_dir())
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        Finished(self.command(arguments).output().unwrap())
    }

    /// Starts the service and waits until it listens.
    pub(crate) fn start(&self) -> Service {
        let mut service = self.launch(&[]);
        service.wait_until_listening();
        service
    }

    /// Starts the service with more arguments, and does not wait.
    pub(crate) fn launch(&self, arguments: &[&str]) -> Service {
        let port_file = self.folder().join("port");
        let output = self.folder().join("stdout");
        let log = self.log();
        // The one of the service before would be taken for this one's.
        let _ = fs::remove_file(&port_file);
        let process = self
            .command(&["serve", "--listen", "127.0.0.1:0", "--port-file", port_file.to_str().unwrap()])
            .args(arguments)
            .stdout(fs::File::create(&output).unwrap())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Service { process, port_file, output, log, base_url: String::new() }
    }
}

/// A command that has come to its end.
pub(crate) struct Finished(Output);

impl Finished {
    /// Its exit code.
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    /// What it printed.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    /// What it complained of.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// What it printed, once it has succeeded.
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code(), 0, "{}", self.stderr());
        self.stdout()
    }

    /// The JSON that it printed, once it has succeeded.
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.success()).unwrap()
    }

    /// What it complained of, once it has failed with `code`.
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!(self.code(), code, "{}{}", self.stdout(), self.stderr());
        self.stderr()
    }
}

/// A running service. It is killed when dropped.
pub(crate) struct Service {
    process: Child,
    port_file: PathBuf,
    output: PathBuf,
    log: PathBuf,
    base_url: String,
}

impl Service {
    /// Where it is, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.base_url.trim_start_matches("http://").parse().unwrap()
    }

    /// What it has printed.
    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(&self.output).unwrap()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The key that it printed at its first start.
    pub(crate) fn printed_key(&self) -> Option<String> {
        let output = self.stdout();
        output.lines().map(str::trim).find(|line| line.starts_with("tny_")).map(str::to_owned)
    }

    /// Waits until it has written its port.
    pub(crate) fn wait_until_listening(&mut self) {
        let begun = Instant::now();
        loop {
            if let Ok(port) = fs::read_to_string(&self.port_file) {
                self.base_url = format!("http://127.0.0.1:{}", port.trim());
                return;
            }
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "it does not listen: {ended:?}\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends it a signal, by its name for `kill`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.process.id().to_string()).status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it as an operator would, and expects success.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert_eq!(self.wait().code(), Some(0), "{}", self.log());
    }

    /// The status and the body of a `GET`.
    pub(crate) async fn get(&self, path: &str, key: Option<&str>) -> (u16, String) {
        let client = http_client();
        let mut request = client.get(format!("{}{path}", self.base_url));
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Whether the service lets `key` list organizations.
    pub(crate) async fn accepts(&self, key: &str) -> bool {
        match self.get("/admin/v1/organizations", Some(key)).await {
            (200, _) => true,
            (401, _) => false,
            other => panic!("{other:?}"),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A storage that can be written to, under [`MASTER_KEY`].
pub(crate) async fn keyed<S>(storage: S) -> S
where
    S: Clone + tenancy_testing::contract::Storage,
{
    let ports = Ports::of(storage.clone());
    let master_key = MasterKey::parse(MASTER_KEY).unwrap();
    let keyring = Arc::new(Keyring::new(&master_key, &[], Arc::new(OsRandom)).unwrap());
    ports.master_key_registry(keyring.clone()).admit().await.unwrap();
    audit_chains::open(&ports, keyring).await.unwrap();
    storage
}

/// Reads what is left of a stream as text.
pub(crate) fn read_all(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Runs a future in a test that blocks.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// What speaks HTTP. No TLS is spoken here, but reqwest, as the client crate has it built, asks for who would.
pub(crate) fn http_client() -> reqwest::Client {
    // Another test may have said so already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
