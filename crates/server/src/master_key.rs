//! The master keys that the operator gives, and the check at the start that they are those of the database.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use tenancy_adapters::sealing::{Keyring, MasterKey};
use tenancy_domain::{
    ports::SecretSource,
    sealing::{Admission, AdmissionError, MasterKeySource},
};
use zeroize::Zeroizing;

use crate::{
    atomic_file,
    data_dir::DataDir,
    operator_error::OperatorResult,
    ports::Ports,
    settings::{Settings, database_url::DatabaseUrl},
};

/// Where the active master key is.
enum Place {
    /// In the settings.
    Settings,
    /// In this file, which need not be there yet. Only SQLite has it: what runs on PostgreSQL has no place of its own.
    File(PathBuf),
}

impl Place {
    fn of(settings: &Settings) -> Self {
        match (&settings.master_key, &settings.database_url) {
            (None, DatabaseUrl::InDataDir | DatabaseUrl::Sqlite(_)) => {
                Self::File(DataDir::at(&settings.data_dir).master_key())
            }
            (Some(_), _) | (None, DatabaseUrl::Postgres(_)) => Self::Settings,
        }
    }
}

/// The active master key: the one that is set, else on SQLite the one in the data directory; `None` when it is not
/// there.
///
/// # Errors
/// When the file cannot be read, or holds something else.
pub fn find(settings: &Settings) -> anyhow::Result<Option<MasterKey>> {
    match Place::of(settings) {
        Place::Settings => Ok(settings.master_key.clone()),
        Place::File(file) => read(&file),
    }
}

/// The master keys that are given, without asking whether they are the right ones; `None` when the active one is not there.
///
/// # Errors
/// Those of [`find`].
pub fn keyring(settings: &Settings, ports: &Ports) -> anyhow::Result<Option<Arc<Keyring>>> {
    find(settings)?.map(|active| ring(&active, settings, ports)).transpose()
}

fn ring(active: &MasterKey, settings: &Settings, ports: &Ports) -> anyhow::Result<Arc<Keyring>> {
    let keyring = Keyring::new(active, &settings.master_key_previous, ports.secrets.clone());
    Ok(Arc::new(keyring.for_operator()?))
}

/// Sees to it that the service starts with the right master keys, and gives them. On SQLite the first start makes one.
///
/// # Errors
/// When they are not those that the secrets of the database are sealed under; the error names the one that is needed.
pub async fn admit(settings: &Settings, ports: &Ports) -> anyhow::Result<Arc<Keyring>> {
    let active = match find(settings)? {
        Some(key) => key,
        None => create_first(settings, ports).await?,
    };
    let keyring = ring(&active, settings, ports)?;
    let id = keyring.active();
    match ports.master_key_registry(keyring.clone()).admit().await {
        Ok(Admission::Known) => {}
        Ok(Admission::First) => tracing::info!("the master key {id} is the first one of this database"),
        Ok(Admission::Successor) => tracing::info!("the master key {id} is the newest one of this database"),
        Err(AdmissionError::WrongKey { newest, active }) => {
            let given = match Place::of(settings) {
                Place::Settings => format!("TENANCY_MASTER_KEY is {active}"),
                Place::File(file) => format!("{} holds {active}", file.display()),
            };
            bail!(
                "the database's secrets are sealed under the master key {newest}, and {given}: set {newest} as \
                 TENANCY_MASTER_KEY or, to replace it, as TENANCY_MASTER_KEY_PREVIOUS"
            )
        }
        Err(AdmissionError::Missing { missing, secrets }) => bail!(
            "{secrets} of the database's secrets {} sealed under the master key {missing}, which is not given: set it as \
             TENANCY_MASTER_KEY_PREVIOUS until `tenancy master-key status` shows none under it",
            if secrets == 1 { "is" } else { "are" }
        ),
        Err(AdmissionError::Failed(error)) => return Err(error).for_operator(),
        Err(error @ AdmissionError::NotTheSame(_)) => return Err(error.into()),
    }
    Ok(keyring)
}

/// Makes the first master key of a database that knows none, in the file that belongs to it.
async fn create_first(settings: &Settings, ports: &Ports) -> anyhow::Result<MasterKey> {
    let Place::File(file) = Place::of(settings) else { bail!("TENANCY_MASTER_KEY must be set") };
    if let Some(newest) = ports.master_keys.master_keys().await.for_operator()?.last() {
        bail!(
            "{} is missing, and the database's secrets are sealed under the master key {}: put the file back, or set \
             that key as TENANCY_MASTER_KEY",
            file.display(),
            newest.id
        );
    }
    create(&file, &*ports.secrets)
}

fn read(file: &Path) -> anyhow::Result<Option<MasterKey>> {
    match fs::read_to_string(file).map(Zeroizing::new) {
        Ok(text) => {
            let key = MasterKey::parse(text.trim_end());
            key.map(Some).with_context(|| format!("{}: the master key", file.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn create(file: &Path, source: &dyn SecretSource) -> anyhow::Result<MasterKey> {
    let key = MasterKey::generate(source).for_operator()?;
    let line = Zeroizing::new(format!("{}\n", *key.to_base64()));
    atomic_file::create_private(file, line.as_bytes()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tenancy_adapters::system::OsRandom;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        assert_eq!(read(&file).unwrap(), None);
        let key = create(&file, &OsRandom).unwrap();
        assert_eq!(read(&file).unwrap(), Some(key));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(create(&file, &OsRandom).is_err());
    }

    #[test]
    fn a_damaged_key_is_refused_by_the_name_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        fs::write(&file, "c2hvcnQ=\n").unwrap();
        let error = format!("{:#}", read(&file).unwrap_err());
        assert!(error.contains("master.key") && error.contains("is 5"), "{error}");
    }
}
