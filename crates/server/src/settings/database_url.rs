//! Where the database is.

use std::{fmt, path::PathBuf};

use tenancy_domain::Violation;
use zeroize::Zeroizing;

use super::setting::{Secrecy, SettingValue};

const SQLITE: &str = "sqlite://";
const POSTGRES: [&str; 2] = ["postgres://", "postgresql://"];
const MASK: &str = "***";

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// SQLite, in the file `tenancy.db` of the data directory.
    InDataDir,
    /// SQLite, in this file. The text after `sqlite://` is its path as it stands: nothing in it is decoded.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(PostgresUrl),
}

impl SettingValue for DatabaseUrl {
    const SECRECY: Secrecy = Secrecy::PartlySecret;

    fn parse(text: &str) -> Result<Self, Violation> {
        if let Some(path) = text.strip_prefix(SQLITE) {
            // What looks like an option or an in-memory database would otherwise silently become a file's name.
            if path.is_empty() || path.contains('?') || path.starts_with(':') {
                return Err(Violation::new("must name a file after sqlite://, without options"));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        let has_host = |scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
        if POSTGRES.into_iter().any(has_host) && !text.contains(char::is_whitespace) {
            return Ok(Self::Postgres(PostgresUrl(Zeroizing::new(text.to_owned()))));
        }
        Err(Violation::new("must be sqlite://<file> or postgres://<user>@<host>/<database>"))
    }

    fn when_not_given() -> Option<Self> {
        Some(Self::InDataDir)
    }

    fn show(&self) -> String {
        match self {
            Self::InDataDir => format!("{SQLITE}<data dir>/tenancy.db"),
            Self::Sqlite(file) => format!("{SQLITE}{}", file.display()),
            Self::Postgres(url) => url.to_string(),
        }
    }
}

/// The URL of a PostgreSQL database, which may hold a password. `Display` and `Debug` mask it.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Zeroizing<String>);

impl PostgresUrl {
    /// The URL as it was given, password included.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PostgresUrl {
    /// Masks the password between user and host, and every option whose name speaks of one. A URL that breaks the rules
    /// of URLs may lose more than that, and never less.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The last @, since an unencoded password may hold one.
        let scheme = POSTGRES.into_iter().find(|scheme| self.0.starts_with(scheme)).unwrap_or_default();
        let rest = self.0.strip_prefix(scheme).unwrap_or(&self.0);
        let user_and_place = rest.rsplit_once('@').and_then(|(user, place)| Some((user.split_once(':')?.0, place)));
        let without_password = match user_and_place {
            Some((user, place)) => format!("{scheme}{user}:{MASK}@{place}"),
            None => format!("{scheme}{rest}"),
        };
        let Some((place, options)) = without_password.split_once('?') else {
            return formatter.write_str(&without_password);
        };
        formatter.write_str(place)?;
        for (index, option) in options.split('&').enumerate() {
            formatter.write_str(if index == 0 { "?" } else { "&" })?;
            match option.split_once('=') {
                Some((name, _)) if name.to_ascii_lowercase().contains("pass") => write!(formatter, "{name}={MASK}")?,
                _ => formatter.write_str(option)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_masked_wherever_it_stands() {
        for (url, shown) in [
            ("postgres://app:hunter2@db:5432/tenancy", "postgres://app:***@db:5432/tenancy"),
            ("postgresql://app:hun@ter:2/@db/tenancy", "postgresql://app:***@db/tenancy"),
            ("postgres://app@db/tenancy", "postgres://app@db/tenancy"),
            ("postgres://db", "postgres://db"),
            (
                "postgres://db/tenancy?user=app&password=hunter2&connect_timeout=3",
                "postgres://db/tenancy?user=app&password=***&connect_timeout=3",
            ),
            ("postgres://app:hunter?2@db/tenancy", "postgres://app:***@db/tenancy"),
            ("postgres://db/t?sslPassword=hunter2", "postgres://db/t?sslPassword=***"),
            ("postgres://db/t?password=hunter2&x=a@b", "postgres://db/t?password=***&x=a@b"),
            ("postgres://db/t?password=hunter2:1@b", "postgres://db/t?password=***"),
        ] {
            let parsed = DatabaseUrl::parse(url).unwrap();
            assert_eq!(parsed.show(), shown);
            assert!(!format!("{parsed:?}").contains("hunter"), "{parsed:?}");
        }
    }

    #[test]
    fn a_sqlite_url_names_a_file() {
        assert_eq!(DatabaseUrl::parse("sqlite:///var/t.db").unwrap(), DatabaseUrl::Sqlite("/var/t.db".into()));
        assert_eq!(DatabaseUrl::parse("sqlite://./t.db").unwrap(), DatabaseUrl::Sqlite("./t.db".into()));
    }

    #[test]
    fn other_databases_are_refused() {
        for text in ["", "mysql://db", "sqlite://", "sqlite://:memory:", "sqlite://t.db?mode=ro", "t.db", "postgres://"]
        {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }
}
