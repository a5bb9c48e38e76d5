//! Looking for damage.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread,
};

use diesel::{QueryResult, SqliteConnection, prelude::*, sql_types::Text};
use tenancy_domain::Error;

use super::{
    connection::{Access, open},
    dialect::is_damage,
};

/// What is known of a file's state: sound until damage is found.
#[derive(Debug, Clone)]
pub(super) struct Soundness {
    file: PathBuf,
    damage: Arc<OnceLock<String>>,
}

impl Soundness {
    pub(super) fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), damage: Arc::default() }
    }

    /// The name of the file, without its folder, when damage was found in it.
    pub(super) fn damaged_file(&self) -> Option<String> {
        self.damage.get().map(|_| self.file.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }

    /// Notes the damage that a query ran into.
    pub(super) fn learn_from<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && let Some(cause) = error.cause().and_then(|cause| cause.downcast_ref::<diesel::result::Error>())
            && is_damage(cause)
        {
            self.report(&cause.to_string());
        }
        result
    }

    /// Looks through the file on a thread of its own.
    pub(super) fn start_quick_check(&self) {
        let soundness = self.clone();
        let started = thread::Builder::new().name("sqlite-check".to_owned()).spawn(move || soundness.quick_check());
        if let Err(error) = started {
            tracing::error!(%error, "cannot start the check of the database");
        }
    }

    fn quick_check(&self) {
        let findings = open(&self.file, Access::Read)
            .map_err(|error| error.to_string())
            .and_then(|mut connection| pragma(&mut connection, Pragma::QuickCheck).map_err(|error| error.to_string()));
        match findings {
            Ok(findings) if findings.is_empty() => {
                tracing::debug!(file = %self.file.display(), "the database is sound");
            }
            Ok(findings) => self.report(&findings.join("; ")),
            Err(error) => self.report(&error),
        }
    }

    fn report(&self, damage: &str) {
        if self.damage.set(damage.to_owned()).is_ok() {
            tracing::error!(file = %self.file.display(), damage, "the database is damaged; restore it from a backup");
        }
    }
}

/// A check that SQLite has built in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pragma {
    /// All pages and rows, without holding indexes against their tables.
    QuickCheck,
    /// All of it.
    IntegrityCheck,
}

/// What the check finds; nothing when the file is sound.
pub(super) fn pragma(connection: &mut SqliteConnection, pragma: Pragma) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        finding: String,
    }

    let query = match pragma {
        Pragma::QuickCheck => "SELECT quick_check AS finding FROM pragma_quick_check",
        Pragma::IntegrityCheck => "SELECT integrity_check AS finding FROM pragma_integrity_check",
    };
    let lines: Vec<Line> = diesel::sql_query(query).load(connection)?;
    Ok(lines.into_iter().map(|line| line.finding).filter(|finding| finding != "ok").collect())
}
