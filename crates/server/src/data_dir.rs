//! The data directory: what lies in it, and the lock by which one process owns it.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::atomic_file::folder_of;

/// The directory that holds the SQLite database and the keys that were made for it.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Takes the directory at `path`, which need not be there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes the directory where there is none, for its owner alone (mode 0700).
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self) -> anyhow::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)
            .with_context(|| format!("cannot make the data directory {}", self.0.display()))
    }

    /// The SQLite database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("tenancy.db")
    }

    /// The first system key, as long as nobody removes it.
    #[must_use]
    pub fn admin_key(&self) -> PathBuf {
        self.0.join("admin.key")
    }

    /// The master key.
    #[must_use]
    pub fn master_key(&self) -> PathBuf {
        self.0.join("master.key")
    }

    /// Takes possession of the directory, for as long as the lock lives.
    ///
    /// # Errors
    /// [`InUse`] when another process owns it; else when the lock cannot be written.
    pub fn lock(&self) -> anyhow::Result<OwnerLock> {
        OwnerLock::acquire(&self.0.join("lock"), &self.0)
    }

    /// Whether `file` lies right in this directory, which both exist.
    #[must_use]
    pub fn contains(&self, file: &Path) -> bool {
        matches!((folder_of(file).canonicalize(), self.0.canonicalize()), (Ok(folder), Ok(dir)) if folder == dir)
    }
}

/// The proof that this process, and no other, owns a directory or a file. The operating system takes it back when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct OwnerLock(File);

impl OwnerLock {
    /// Locks `what` by the file `lock`, which stays when the lock is given back: removing it could take it from under
    /// another process that has just opened it.
    ///
    /// # Errors
    /// [`InUse`] when another process owns it; else when `lock` cannot be written.
    pub fn acquire(lock: &Path, what: &Path) -> anyhow::Result<Self> {
        let failed = || format!("cannot lock {}", lock.display());
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(lock)
            .with_context(failed)?;
        match file.try_lock() {
            // Whoever owned it before is no longer to be found where it said.
            Ok(()) => file.set_len(0).with_context(failed)?,
            Err(TryLockError::WouldBlock) => {
                let url = fs::read_to_string(lock).ok().map(|text| text.trim().to_owned());
                return Err(InUse { what: what.to_owned(), url: url.filter(|url| !url.is_empty()) }.into());
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        Ok(Self(file))
    }

    /// Tells other processes where the owner is to be found.
    ///
    /// # Errors
    /// When the lock cannot be written.
    pub fn announce(&mut self, url: &str) -> io::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        writeln!(self.0, "{url}")
    }
}

/// Another process owns the data directory or the database.
#[derive(Debug, thiserror::Error)]
#[error("{} is in use by a running tenancy{}: use its API, or stop it first", what.display(),
    url.as_ref().map(|url| format!(" at {url}")).unwrap_or_default())]
pub struct InUse {
    /// What it owns.
    pub what: PathBuf,
    /// Where it listens, if it has said so.
    pub url: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_made_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        DataDir::at(&path).create().unwrap();
        DataDir::at(&path).create().unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn one_owner_at_a_time_and_the_refusal_says_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::at(folder.path());
        let mut lock = dir.lock().unwrap();
        assert_eq!(dir.lock().unwrap_err().downcast::<InUse>().unwrap().url, None);

        lock.announce("http://127.0.0.1:50000").unwrap();
        lock.announce("http://127.0.0.1:8080").unwrap();
        let refusal = dir.lock().unwrap_err();
        let expected = format!(
            "{} is in use by a running tenancy at http://127.0.0.1:8080: use its API, or stop it first",
            folder.path().display()
        );
        assert_eq!(refusal.to_string(), expected);

        drop(lock);
        let _successor = dir.lock().unwrap();
        assert_eq!(dir.lock().unwrap_err().downcast::<InUse>().unwrap().url, None, "the address of the one before");
    }

    #[test]
    fn knows_what_lies_in_it_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::at(folder.path());
        assert!(dir.contains(&dir.database()));
        assert!(dir.contains(&folder.path().join(".").join("other.db")));
        assert!(!dir.contains(Path::new("tenancy.db")));
        assert!(!dir.contains(Path::new("/tenancy.db")));
    }
}
