//! Where the programs of a PostgreSQL server are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{BINARIES_VARIABLE, Error};

/// The oldest major version that the service supports.
const OLDEST: u32 = 15;

/// Where Debian and its like keep the server's programs, a folder a version; they are not in the search path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with the programs of a PostgreSQL server: `initdb`, `pg_ctl`, `postgres`.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Looks where [`BINARIES_VARIABLE`] says, where `pg_config` says, where Debian has them (the newest first), and in
    /// the search path.
    ///
    /// # Errors
    ///
    /// [`Error::NotInstalled`] when none of the places has a version that will do.
    pub fn find() -> Result<Self, Error> {
        let mut places = match env::var_os(BINARIES_VARIABLE) {
            // Whoever names a folder means that one and no other.
            Some(folder) => vec![PathBuf::from(folder)],
            None => usual_places(),
        };
        places.retain(|folder| major_version(folder).is_some_and(|version| version >= OLDEST));
        match places.into_iter().next() {
            Some(folder) => Ok(Self { folder }),
            None => Err(Error::NotInstalled { oldest: OLDEST }),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The client, where the server's package brought it; else the one in the search path.
    pub(super) fn psql(&self) -> PathBuf {
        let ours = self.folder.join("psql");
        if ours.is_file() { ours } else { PathBuf::from("psql") }
    }
}

fn usual_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> =
        output(Command::new("pg_config").arg("--bindir")).map(PathBuf::from).into_iter().collect();
    places.extend(debian_places());
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
}

fn debian_places() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(DEBIAN) else { return Vec::new() };
    let mut versions: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.iter().map(|version| Path::new(DEBIAN).join(version.to_string()).join("bin")).collect()
}

/// The major version of the server in `folder`, or `None` where there is no complete one.
fn major_version(folder: &Path) -> Option<u32> {
    if !folder.join("pg_ctl").is_file() {
        return None;
    }
    parse_major_version(&output(Command::new(folder.join("initdb")).arg("--version"))?)
}

/// Reads `initdb (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, and `18beta1`.
fn parse_major_version(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL) ")?.1;
    let end = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

/// What the program printed, without the line's end, if it ran and succeeded.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(parse_major_version("initdb (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(parse_major_version("initdb (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major_version("initdb (PostgreSQL) 17"), Some(17));
        assert_eq!(parse_major_version("something else 9.6"), None);
    }
}
