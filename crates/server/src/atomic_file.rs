//! Files that are there whole or not at all.

use std::{
    fs::{File, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use tempfile::TempPath;

/// Writes a new file that only its owner reads (mode 0600), and that survives a loss of power once this returns. A
/// crash leaves the whole file or none.
///
/// # Errors
/// When it cannot be written, or is there already.
pub(crate) fn create_private(file: &Path, contents: &[u8]) -> io::Result<()> {
    write_beside(file, contents, 0o600)?.persist_noclobber(file)?;
    File::open(folder_of(file))?.sync_all()
}

/// Writes a file that anyone may read, in the place of the one that is there, if any. Who reads it finds the old
/// contents or the new.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn replace_public(file: &Path, contents: &[u8]) -> io::Result<()> {
    Ok(write_beside(file, contents, 0o644)?.persist(file)?)
}

fn write_beside(file: &Path, contents: &[u8], mode: u32) -> io::Result<TempPath> {
    let mut draft = tempfile::Builder::new()
        .prefix(".tenancy-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder_of(file))?;
    draft.write_all(contents)?;
    draft.as_file().sync_all()?;
    Ok(draft.into_temp_path())
}

/// The folder that a file lies in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn mode(file: &Path) -> u32 {
        file.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_private_file_never_takes_the_place_of_another_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        create_private(&file, b"first").unwrap();
        assert_eq!(create_private(&file, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&file).unwrap(), b"first");
        assert_eq!(mode(&file), 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_public_file_can_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("port");
        replace_public(&file, b"1").unwrap();
        replace_public(&file, b"2").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        // How much of 0644 is left is up to the umask.
        assert_eq!(mode(&file) & !0o644, 0);
    }
}
