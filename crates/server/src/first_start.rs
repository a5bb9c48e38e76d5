//! The first days of an installation: how it comes by its first system key.
//!
//! On SQLite a database that never had a system key is given one. Its secret is written to a file before its row is
//! made, so that no crash leaves a row whose secret nobody knows: a start that finds the file and no row takes the
//! secret from the file. On PostgreSQL nothing is made by itself, since several instances start at once and the
//! operator is elsewhere. A bootstrap key, where one is set, exists after every start, on either.

use std::{fs, io::ErrorKind, path::Path};

use anyhow::{Context, bail};
use tenancy_domain::{
    DisplayName, Error,
    api_keys::{ApiKeyFilter, ApiKeySecret, ApiKeyService},
    authorization::{ApiKeysRead, ApiKeysWrite, Caller},
    owners::OwnerType,
    pagination::{PageRequest, PageSize},
    ports::SecretSource,
};
use zeroize::Zeroizing;

use crate::{atomic_file, operator_error::OperatorResult};

/// Sees to it that the bootstrap key exists as a system key that may do everything.
///
/// # Errors
/// When it was revoked or has expired, which a restart must not undo.
pub async fn ensure_bootstrap_key(api_keys: &ApiKeyService, secret: &ApiKeySecret) -> anyhow::Result<()> {
    match ensure(api_keys, "bootstrap key", secret).await {
        Err(Error::Conflict(reason)) => {
            bail!("TENANCY_BOOTSTRAP_KEY: {reason}; set another one, or leave it out")
        }
        ensured => ensured.for_operator(),
    }
}

/// Gives a database that never had a system key its first one, kept in `file`. Gives back its secret, to be shown once,
/// or `None` when the database had a system key before.
///
/// # Errors
/// When the file cannot be written, or holds something else than a key; and those of the storage.
pub async fn ensure_first_key(
    api_keys: &ApiKeyService,
    source: &dyn SecretSource,
    file: &Path,
) -> anyhow::Result<Option<ApiKeySecret>> {
    if had_system_key(api_keys).await? {
        return Ok(None);
    }
    let secret = match read_key(file)? {
        Some(secret) => secret,
        None => create_key(file, source)?,
    };
    ensure(api_keys, "first system key", &secret).await.for_operator()?;
    Ok(Some(secret))
}

/// Whether the database has, or ever had, a system key: keys are revoked and never deleted.
///
/// # Errors
/// Those of the storage.
pub async fn had_system_key(api_keys: &ApiKeyService) -> anyhow::Result<bool> {
    let grant = Caller::command_line().authorize::<ApiKeysRead>().for_operator()?;
    let request = PageRequest { size: PageSize::MIN, ..PageRequest::default() };
    let page = api_keys.list(&grant, ApiKeyFilter::OwnerType(OwnerType::System), &request).await.for_operator()?;
    Ok(!page.items().is_empty())
}

async fn ensure(api_keys: &ApiKeyService, name: &str, secret: &ApiKeySecret) -> Result<(), Error> {
    let grant = Caller::command_line().authorize::<ApiKeysWrite>()?;
    let name = DisplayName::parse(name).map_err(|violation| violation.of("name"))?;
    api_keys.ensure_system_key(&grant, name, secret).await.map(drop)
}

fn read_key(file: &Path) -> anyhow::Result<Option<ApiKeySecret>> {
    match fs::read_to_string(file).map(Zeroizing::new) {
        Ok(text) => {
            let secret = ApiKeySecret::parse(text.trim_end());
            secret.map(Some).with_context(|| format!("{}: what it holds", file.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn create_key(file: &Path, source: &dyn SecretSource) -> anyhow::Result<ApiKeySecret> {
    let secret = ApiKeySecret::generate(source).for_operator()?;
    let line = Zeroizing::new(format!("{}\n", secret.expose()));
    atomic_file::create_private(file, line.as_bytes()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;
    use tenancy_adapters::{memory::MemoryStorage, system::OsRandom};
    use tenancy_domain::authorization::Principal;
    use tenancy_testing::doubles::PredictableMac;

    use super::*;
    use crate::ports::Ports;

    /// Of no matter to system keys.
    const LIMIT: u32 = 1;

    struct Installation {
        folder: TempDir,
        ports: Ports,
    }

    impl Installation {
        fn new() -> Self {
            let ports = Ports::of(MemoryStorage::new());
            ports.chain_keys.use_chain_mac(std::sync::Arc::new(PredictableMac));
            Self { folder: tempfile::tempdir().unwrap(), ports }
        }

        fn file(&self) -> std::path::PathBuf {
            self.folder.path().join("admin.key")
        }

        async fn start(&self) -> anyhow::Result<Option<ApiKeySecret>> {
            ensure_first_key(&self.ports.api_key_service(LIMIT), &OsRandom, &self.file()).await
        }

        async fn authenticate(&self, secret: &str) -> Option<Principal> {
            self.ports.authenticator().authenticate(secret).await.unwrap().ok()
        }
    }

    #[tokio::test]
    async fn the_first_start_makes_a_key_and_the_second_none() {
        let installation = Installation::new();
        let secret = installation.start().await.unwrap().unwrap();
        assert!(installation.authenticate(secret.expose()).await.is_some());
        assert_eq!(fs::read_to_string(installation.file()).unwrap().trim_end(), secret.expose());
        assert_eq!(installation.file().metadata().unwrap().permissions().mode() & 0o777, 0o600);

        assert!(installation.start().await.unwrap().is_none());
        fs::remove_file(installation.file()).unwrap();
        assert!(installation.start().await.unwrap().is_none(), "the operator has put the file away");
        assert!(!installation.file().exists());
    }

    #[tokio::test]
    async fn a_crash_between_the_file_and_the_row_is_mended_by_the_next_start() {
        let installation = Installation::new();
        let secret = create_key(&installation.file(), &OsRandom).unwrap();
        assert!(installation.authenticate(secret.expose()).await.is_none());
        assert_eq!(installation.start().await.unwrap().unwrap().expose(), secret.expose());
        assert!(installation.authenticate(secret.expose()).await.is_some());
    }

    #[tokio::test]
    async fn a_revoked_key_does_not_come_back() {
        let installation = Installation::new();
        let secret = installation.start().await.unwrap().unwrap();
        let api_keys = installation.ports.api_key_service(LIMIT);
        let read = Caller::command_line().authorize::<ApiKeysRead>().unwrap();
        let write = Caller::command_line().authorize::<ApiKeysWrite>().unwrap();
        let id = api_keys.list(&read, ApiKeyFilter::All, &PageRequest::default()).await.unwrap().items()[0].id;
        api_keys.revoke(&write, id).await.unwrap();

        assert!(installation.start().await.unwrap().is_none());
        let refusal = ensure_bootstrap_key(&api_keys, &secret).await.unwrap_err().to_string();
        assert_eq!(refusal, "TENANCY_BOOTSTRAP_KEY: this key was revoked; set another one, or leave it out");
    }

    #[tokio::test]
    async fn a_bootstrap_key_is_the_first_key() {
        let installation = Installation::new();
        let secret = ApiKeySecret::generate(&OsRandom).unwrap();
        for _start in 0..2 {
            ensure_bootstrap_key(&installation.ports.api_key_service(LIMIT), &secret).await.unwrap();
        }
        assert!(installation.authenticate(secret.expose()).await.is_some());
        assert!(installation.start().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_file_with_something_else_is_refused_and_kept() {
        let installation = Installation::new();
        fs::write(installation.file(), "my notes\n").unwrap();
        let error = format!("{:#}", installation.start().await.unwrap_err());
        assert!(error.contains("admin.key") && !error.contains("notes"), "{error}");
        assert_eq!(fs::read_to_string(installation.file()).unwrap(), "my notes\n");
    }
}
