//! Which rule of the schema a write broke.

use diesel::result::{DatabaseErrorKind, Error};

/// A uniqueness rule, by the names that the two databases report it under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UniqueConstraint {
    /// PostgreSQL names the index.
    pub(crate) index: &'static str,
    /// SQLite names the column, as `table.column`, and only within its message.
    pub(crate) column: &'static str,
}

impl UniqueConstraint {
    /// Whether it is what `error` reports.
    pub(crate) fn is_broken_by(&self, error: &Error) -> bool {
        let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) = error else { return false };
        match information.constraint_name() {
            Some(name) => name == self.index,
            None => information.message().strip_prefix("UNIQUE constraint failed: ") == Some(self.column),
        }
    }
}
