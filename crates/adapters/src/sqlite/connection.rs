//! Opening connections.

use std::path::Path;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection, prelude::*};

use super::dialect::is_damage;
use crate::OpenError;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The one that writes. Every commit is on the disk before it is answered, and so survives a loss of power:
    /// `synchronous=FULL` syncs the write-ahead log with each, where no threads do that ([`log`](super::log)). What the log
    /// holds is moved into the file when it has come to 16 MiB: pages that were written many times, the ends of the indexes
    /// above all, are moved once.
    Write,
    /// One that only reads.
    Read,
}

/// Opens a connection and reads the file's header, so that a file which is no database shows itself.
pub(super) fn open(file: &Path, access: Access) -> Result<SqliteConnection, OpenError> {
    let failed = |reason: String| OpenError::File { file: file.to_owned(), reason };
    let name = file.to_str().ok_or_else(|| failed("its name is not valid UTF-8".to_owned()))?;
    // SQLite would take a name such as `:memory:` or `file:x` for something else than a file in a folder.
    let name = if file.is_absolute() { name.to_owned() } else { format!("./{name}") };
    let mut connection = SqliteConnection::establish(&name).map_err(|error| failed(error.to_string()))?;
    let pragmas = match access {
        Access::Write => {
            "PRAGMA busy_timeout = 5000;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 4096;
             PRAGMA foreign_keys = ON;"
        }
        Access::Read => {
            "PRAGMA busy_timeout = 5000;
             PRAGMA query_only = ON;"
        }
    };
    let read_header = connection.batch_execute(pragmas).and_then(|()| {
        diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM sqlite_schema)"))
            .get_result::<i64>(&mut connection)
    });
    match read_header {
        Ok(_) => Ok(connection),
        Err(error) if is_damage(&error) => Err(OpenError::Damaged { file: file.to_owned(), reason: error.to_string() }),
        Err(error) => Err(failed(error.to_string())),
    }
}
