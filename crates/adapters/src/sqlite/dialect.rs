//! How the shared queries run on SQLite: at once, on the thread that the connection lives on.

use std::future::{Future, Ready, ready};

use diesel::{
    QueryResult, SqliteConnection,
    query_dsl::methods::{ExecuteDsl, LoadQuery},
    result::{DatabaseErrorKind, Error as DieselError},
};
use futures_util::FutureExt;
use tenancy_domain::Error;

/// What implements the ports.
pub(super) use super::SqliteStorage as Storage;

/// The backend.
pub(super) type Db = diesel::sqlite::Sqlite;

/// A connection as it is handed about.
pub(super) type Conn<'c> = &'c mut SqliteConnection;

/// Running a query, under the names that diesel-async has for it. Every future is ready.
pub(super) trait RunQueryDsl: Sized {
    /// All rows.
    fn load<'q, U>(self, conn: &mut Conn<'_>) -> Ready<QueryResult<Vec<U>>>
    where
        Self: LoadQuery<'q, SqliteConnection, U>,
    {
        ready(self.internal_load(conn).and_then(Iterator::collect))
    }

    /// The first row, or `NotFound`.
    fn get_result<'q, U>(self, conn: &mut Conn<'_>) -> Ready<QueryResult<U>>
    where
        Self: LoadQuery<'q, SqliteConnection, U>,
    {
        ready(self.internal_load(conn).and_then(|mut rows| rows.next().ok_or(DieselError::NotFound).flatten()))
    }

    /// The number of rows that were written.
    fn execute(self, conn: &mut Conn<'_>) -> Ready<QueryResult<usize>>
    where
        Self: ExecuteDsl<SqliteConnection>,
    {
        ready(ExecuteDsl::execute(self, conn))
    }
}

impl<Q> RunQueryDsl for Q {}

/// Runs a query that reads, with its arguments, of which those that are lent are copied: on one of the threads that read.
macro_rules! read {
    ($storage:expr, $query:path $(, $($given:ident)? $(&$lent:ident)?)* $(,)?) => {{
        $($(let $lent = ToOwned::to_owned($lent);)?)*
        let read = move |connection: &mut diesel::SqliteConnection| {
            $crate::sqlite::dialect::now($query(connection $(, $($given)? $(&$lent)?)*))
        };
        $storage.0.read(read).await
    }};
}

/// Runs a query that writes what is no change to anyone, with its arguments: on the thread that writes.
macro_rules! note {
    ($storage:expr, $query:path $(, $($given:ident)? $(&$lent:ident)?)* $(,)?) => {{
        $($(let $lent = ToOwned::to_owned($lent);)?)*
        let upkeep = move |connection: &mut diesel::SqliteConnection| {
            $crate::sqlite::dialect::now($query(connection $(, $($given)? $(&$lent)?)*))
        };
        $storage.0.note(upkeep).await
    }};
}

/// The same for a query that may take long: it keeps one thread of several, and there is no telling it to stop.
macro_rules! read_long {
    ($storage:expr, $limit:expr, $($call:tt)*) => {{
        let _unheeded: std::time::Duration = $limit;
        $crate::sqlite::dialect::read!($storage, $($call)*)
    }};
}

/// Carries out two writes to different tables, of which neither reads what the other writes.
pub(super) fn execute_both<A, B>(first: A, second: B, conn: &mut Conn<'_>) -> Ready<QueryResult<()>>
where
    A: ExecuteDsl<SqliteConnection>,
    B: ExecuteDsl<SqliteConnection>,
{
    ready(ExecuteDsl::execute(first, conn).and_then(|_| ExecuteDsl::execute(second, conn)).map(drop))
}

/// The rows of the first parameter: JSON, an array of arrays.
macro_rules! json_rows {
    () => {
        "json_each($1) AS given"
    };
}

/// An id within such a row: 32 hexadecimal digits.
macro_rules! json_id {
    ($at:literal) => {
        concat!("unhex(given.value ->> ", $at, ")")
    };
}

/// A text within such a row.
macro_rules! json_text {
    ($at:literal) => {
        concat!("given.value ->> ", $at)
    };
}

pub(super) use {json_id, json_rows, json_text, note, read, read_long};

/// The result of a future that awaits nothing but queries on this thread's connection.
///
/// # Errors
/// What the future gives, or [`Error::Internal`] when it awaited something else.
pub(super) fn now<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    future.now_or_never().unwrap_or_else(|| {
        Err(Error::internal(anyhow::anyhow!("a unit of work awaited something other than its transaction")))
    })
}

/// What a failure of the database means, where the query has no meaning of its own for it.
pub(super) fn database_error(error: DieselError) -> Error {
    // SQLite's primary result codes come through as their fixed messages (sqlite3_errstr).
    const PASSING: [&str; 4] =
        ["database is locked", "database table is locked", "database or disk is full", "disk I/O error"];

    match &error {
        DieselError::DatabaseError(
            DatabaseErrorKind::Unknown | DatabaseErrorKind::SerializationFailure,
            information,
        ) if PASSING.contains(&information.message()) => Error::unavailable(error),
        _ => Error::internal(error),
    }
}

/// Whether a statement waited for a lock for too long: none ever waits, since units of work run one after another.
pub(super) const fn is_lock_timeout(_: &DieselError) -> bool {
    false
}

/// Whether SQLite found the file damaged.
pub(super) fn is_damage(error: &DieselError) -> bool {
    const DAMAGE: [&str; 2] = ["database disk image is malformed", "file is not a database"];

    matches!(error, DieselError::DatabaseError(_, information) if DAMAGE.contains(&information.message()))
}
