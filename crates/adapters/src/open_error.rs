//! Why a storage cannot be opened.

use std::path::PathBuf;

/// Why a storage cannot be opened. Its `Display`, with its sources, is for the operator: it names files, and no
/// password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is no SQLite database, or one that is damaged where opening it shows.
    #[error("{} is damaged or no SQLite database ({reason}); restore it from a backup, or move it away", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What SQLite says of it.
        reason: String,
    },
    /// The file cannot be opened.
    #[error("cannot open {}: {reason}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What stands in the way.
        reason: String,
    },
    /// The database has migrations that this program does not know: it was used by a newer one.
    #[error("the database has the migration {0}, which this version of tenancy does not know; run the newer version")]
    Newer(String),
    /// A migration failed.
    #[error("cannot migrate the database: {0}")]
    Migration(String),
    /// The address of the database is wrong.
    #[error("the database URL is not valid: {0}")]
    Url(String),
    /// No connection to the database.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
}
