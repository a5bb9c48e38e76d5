//! How the shared queries run on PostgreSQL: pipelined over a connection that several callers may share.

use diesel::{
    QueryResult,
    query_builder::{QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error as DieselError},
};
use diesel_async::AsyncPgConnection;
pub(super) use diesel_async::RunQueryDsl;
use tenancy_domain::Error;

use super::both::Both;

/// What implements the ports.
pub(super) use super::PostgresStorage as Storage;

/// The backend.
pub(super) type Db = diesel::pg::Pg;

/// A connection as it is handed about. Shared: statements of several callers are sent without waiting for each other's
/// answers, and are answered in their order.
pub(super) type Conn<'c> = &'c AsyncPgConnection;

/// Runs a query that reads, with its arguments: on one of the connections that all share, and once more when that is lost.
macro_rules! read {
    ($storage:expr, $query:path $(, $($given:ident)? $(&$lent:ident)?)* $(,)?) => {{
        let read = |connection: std::sync::Arc<_>| async move {
            $query(&connection $(, $($given)? $($lent)?)*).await
        };
        $storage.0.readers.read(read).await
    }};
}

/// Runs a query that writes what is no change to anyone, with its arguments: each of its statements commits by itself.
macro_rules! note {
    ($storage:expr, $query:path $(, $($given:ident)? $(&$lent:ident)?)* $(,)?) => {{
        let connection = $storage.0.writers.connection().await?;
        $query(&connection $(, $($given)? $($lent)?)*).await
    }};
}

/// The same for a query that may take long: on a connection of its own, so that nobody waits behind it, and no longer than
/// `$limit`.
macro_rules! read_long {
    ($storage:expr, $limit:expr, $query:path $(, $($given:ident)? $(&$lent:ident)?)* $(,)?) => {{
        use $crate::postgres::writers::{End, within};

        let lease = $storage.0.writers.lease().await?;
        // The server ends it; the deadline on this side is for one that went silent.
        within($limit + std::time::Duration::from_secs(10), async move {
            let begin = format!("BEGIN READ ONLY; SET LOCAL statement_timeout = {}", $limit.as_millis());
            let read = match lease.begin(&begin).await {
                Ok(()) => $query(lease.connection()? $(, $($given)? $($lent)?)*).await,
                Err(error) => Err(error),
            };
            lease.end(read.map(|value| (value, End::ROLLBACK))).await
        })
        .await
    }};
}

/// Carries out two writes to different tables, of which neither reads what the other writes.
pub(super) async fn execute_both<A, B>(first: A, second: B, conn: &mut Conn<'_>) -> QueryResult<()>
where
    A: QueryFragment<Db> + QueryId + Send,
    B: QueryFragment<Db> + QueryId + Send,
{
    Both(first, second).execute(conn).await.map(drop)
}

/// The rows of the first parameter: JSON, an array of arrays.
macro_rules! json_rows {
    () => {
        "json_array_elements($1::json) AS given"
    };
}

/// An id within such a row: 32 hexadecimal digits.
macro_rules! json_id {
    ($at:literal) => {
        concat!("(given ->> ", $at, ")::uuid")
    };
}

/// A text within such a row.
macro_rules! json_text {
    ($at:literal) => {
        concat!("given ->> ", $at)
    };
}

pub(super) use {json_id, json_rows, json_text, note, read, read_long};

/// What a failure of the database means, where the query has no meaning of its own for it.
pub(super) fn database_error(error: DieselError) -> Error {
    if is_lost_connection(&error) || is_passing(&error) { Error::unavailable(error) } else { Error::internal(error) }
}

/// Whether the connection itself is gone: another one may do.
fn is_lost_connection(error: &DieselError) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand, Unknown};

    match error {
        DieselError::DatabaseError(ClosedConnection | UnableToSendCommand, _)
        | DieselError::BrokenTransactionManager => true,
        // 57P01 to 57P03: the server ends this session, or is starting.
        DieselError::DatabaseError(Unknown, information) => {
            let message = information.message();
            message.starts_with("terminating connection")
                || message.starts_with("the database system is")
                || message.starts_with("closing connection")
        }
        _ => false,
    }
}

/// Whether a statement waited for a lock for too long.
pub(super) fn is_lock_timeout(error: &DieselError) -> bool {
    let DieselError::DatabaseError(DatabaseErrorKind::Unknown, information) = error else { return false };
    // A bound on each statement, where the operator has set one, may be the shorter one.
    ["lock timeout", "statement timeout"]
        .iter()
        .any(|reason| information.message().strip_prefix("canceling statement due to ") == Some(reason))
}

/// Whether the statement failed for a reason that passes: a time-out, a deadlock, a server at its limits.
fn is_passing(error: &DieselError) -> bool {
    use DatabaseErrorKind::{ReadOnlyTransaction, SerializationFailure, Unknown};

    match error {
        // Read-only: a primary that has just become a replica.
        DieselError::DatabaseError(SerializationFailure | ReadOnlyTransaction, _) => true,
        DieselError::DatabaseError(Unknown, information) => {
            let message = information.message();
            message.starts_with("canceling statement due to")
                || message.starts_with("deadlock detected")
                || message.starts_with("could not extend file")
                || message.starts_with("out of ")
        }
        _ => false,
    }
}

/// Whether a query failed since its connection is gone.
pub(super) fn lost_connection(error: &Error) -> bool {
    let cause = error.cause().and_then(|cause| cause.downcast_ref::<DieselError>());
    cause.is_some_and(is_lost_connection)
}
