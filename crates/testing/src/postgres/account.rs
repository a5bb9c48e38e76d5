//! The account that the server runs under.

use std::{fs, os::unix::fs::chown, path::Path, process::Command};

use super::Error;

/// An account of the machine without rights. PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// `postgres`, which the server's package makes, or else `nobody`.
    pub(super) fn unprivileged() -> Result<Self, Error> {
        let passwd = fs::read_to_string("/etc/passwd").map_err(|error| Error::failed("read /etc/passwd", error))?;
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Self::named(name, &passwd))
            .ok_or_else(|| Error::failed("leave root", "there is no account `postgres` or `nobody`"))
    }

    /// The account's line in the text of `/etc/passwd`: `name:password:uid:gid:…`.
    fn named(name: &str, passwd: &str) -> Option<Self> {
        let mut fields =
            passwd.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
        let (uid, gid) = (fields.nth(2)?, fields.next()?);
        Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
    }

    /// Hands `folder` to the account.
    pub(super) fn own(self, folder: &Path) -> Result<(), Error> {
        chown(folder, Some(self.uid), Some(self.gid)).map_err(|error| Error::failed("hand the folder over", error))
    }

    /// Has `command` run under the account, and in none of our groups.
    pub(super) fn run(self, command: &mut Command) {
        use std::os::unix::process::CommandExt;
        // To set the uid from root drops the supplementary groups as well.
        command.uid(self.uid).gid(self.gid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:7::/:/bin/sh\npostgres:x:101:103::/:/bin/sh\n";
        assert_eq!(Account::named("postgres", passwd), Some(Account { uid: 101, gid: 103 }));
        assert_eq!(Account::named("nobody", passwd), None);
    }
}
