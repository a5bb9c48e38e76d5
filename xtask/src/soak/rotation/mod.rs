//! Whether every secret stays readable while the master key that it is sealed under is replaced.

mod readers;
mod secrets;

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use self::readers::Readers;
use crate::{
    process,
    service::{self, Service},
};

/// How long it may take until nothing is left under the former master key.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long the secrets are shown before the master key is replaced, to compare with.
const BEFORE: Duration = Duration::from_secs(5);

/// A master key, as it is given to the service.
struct MasterKey(String);

/// The service's program, and where its data are.
struct Installation<'a> {
    program: &'a Path,
    database_url: Option<&'a str>,
    folder: PathBuf,
    /// The folder of a second instance.
    second: PathBuf,
}

/// Makes `count` secrets, replaces the master key while they are shown without a pause, and then does without the former
/// one. On SQLite the service is started anew with the new key; on PostgreSQL an instance that has not changed over yet goes
/// on beside one that has.
///
/// # Errors
///
/// When a secret is not shown, or not as it was sent; when one is left under the former master key.
pub(super) fn run(program: &Path, database_url: Option<&str>, count: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let installation = Installation::within(&folder, program, database_url)?;
    let (old, new) = (installation.master_key()?, installation.master_key()?);

    let service = installation.start(&old, None)?;
    let begin = Instant::now();
    let secrets = secrets::make(service.address(), count)?;
    eprintln!("made {count} in {:.1?}", begin.elapsed());
    // Until here only the one key is known. Each instance is then given both, before one of them seals under the new one.
    service.kill()?;
    let mut services = vec![installation.start(&old, Some(&new))?];
    ensure!(installation.secrets_under(&old)? == u64::try_from(count)?, "not all are under the first master key");
    let readers = Readers::start(&services, &secrets);
    thread::sleep(BEFORE);
    let before = readers.stop()?;
    eprintln!("before: {before}");

    // One process has a SQLite database, and is replaced by the next.
    if database_url.is_some() {
        services.push(installation.start_second(&new, &old)?);
    } else {
        services.clear();
        services.push(installation.start(&new, Some(&old))?);
    }
    let begin = Instant::now();
    let readers = Readers::start(&services, &secrets);
    let left = installation.wait_until_none_is_under(&old);
    let elapsed = begin.elapsed();
    let during = readers.stop()?;
    left?;
    eprintln!("during: {during}");
    eprintln!(
        "wrapped anew: {count} in {elapsed:.1?}, {:.0} a second, none left under the former master key",
        f64::from(u32::try_from(count)?) / elapsed.as_secs_f64()
    );
    ensure!(during.shown() > 0, "nothing was shown meanwhile");
    ensure!(installation.secrets_under(&new)? == u64::try_from(count)?, "not all are under the new master key");

    services.clear();
    let service = installation.start(&new, None)?;
    secrets::look_at_each(service.address(), &secrets)?;
    eprintln!("without the former one: all {count} shown as they were sent");
    Ok(())
}

impl<'a> Installation<'a> {
    fn within(folder: &TempDir, program: &'a Path, database_url: Option<&'a str>) -> Result<Self> {
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        fs::create_dir(&first)?;
        fs::create_dir(&second)?;
        Ok(Self { program, database_url, folder: first, second })
    }

    /// A fresh master key.
    fn master_key(&self) -> Result<MasterKey> {
        let mut command = service::command(self.program, &self.folder, None);
        let text = process::output(command.args(["master-key", "generate"]))?;
        Ok(MasterKey(text.trim_end().to_owned()))
    }

    /// How many secrets are sealed under `key`.
    fn secrets_under(&self, key: &MasterKey) -> Result<u64> {
        let mut command = service::command(self.program, &self.folder, self.database_url);
        // The key that is given as the active one is the one that is asked for.
        let command = command.env("TENANCY_MASTER_KEY", &key.0).args(["master-key", "status", "--json"]);
        let status: Value = serde_json::from_str(&process::output(command)?)?;
        let keys = status.as_array().context("the status is no list")?;
        let key = keys.iter().find(|key| key["given_as"] == "active").context("the key is not in the status")?;
        key["secrets"].as_u64().context("the status has no number of secrets")
    }

    fn wait_until_none_is_under(&self, key: &MasterKey) -> Result<()> {
        let begin = Instant::now();
        loop {
            let left = self.secrets_under(key)?;
            if left == 0 {
                return Ok(());
            }
            ensure!(begin.elapsed() < PATIENCE, "{left} secrets are left under the former master key");
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn start(&self, active: &MasterKey, previous: Option<&MasterKey>) -> Result<Service> {
        self.start_in(&self.folder, active, previous)
    }

    fn start_second(&self, active: &MasterKey, previous: &MasterKey) -> Result<Service> {
        self.start_in(&self.second, active, Some(previous))
    }

    fn start_in(&self, folder: &Path, active: &MasterKey, previous: Option<&MasterKey>) -> Result<Service> {
        let mut variables = vec![("TENANCY_MASTER_KEY", active.0.as_str())];
        variables.extend(previous.map(|key| ("TENANCY_MASTER_KEY_PREVIOUS", key.0.as_str())));
        Service::start_with(self.program, folder, self.database_url, &variables)
    }
}
