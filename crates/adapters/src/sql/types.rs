//! The SQL types of ids and times, and the Rust values that stand for them, on both databases.
//!
//! They are `pub` because the table definitions are; the module is not.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::SqlType,
};
use tenancy_domain::Timestamp;
use uuid::Uuid;

/// An id: `uuid` in PostgreSQL, a BLOB of 16 bytes in SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 2950, array_oid = 2951)))]
#[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Binary")))]
pub struct Id;

/// A time to the millisecond: `timestamptz` in PostgreSQL, INTEGER milliseconds since 1970 in SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 1184, array_oid = 1185)))]
#[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Long")))]
pub struct Instant;

/// The value of an [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Id)]
pub struct SqlId(pub Uuid);

/// The value of an [`Instant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct SqlInstant(pub Timestamp);

#[cfg(feature = "postgres")]
mod postgres {
    use std::io::Write;

    use diesel::pg::{Pg, PgValue};

    use super::{
        FromSql, Id, Instant, IsNull, Output, SqlId, SqlInstant, Timestamp, ToSql, Uuid, deserialize, serialize,
    };

    /// PostgreSQL counts microseconds from 2000-01-01T00:00:00Z: this many milliseconds after 1970.
    const EPOCH: i64 = 946_684_800_000;

    impl ToSql<Id, Pg> for SqlId {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(self.0.as_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Id, Pg> for SqlId {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(Uuid::from_slice(value.as_bytes())?))
        }
    }

    impl ToSql<Instant, Pg> for SqlInstant {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            // No overflow: a `Timestamp` lies between the years 0 and 9999.
            let microseconds = (self.0.unix_milliseconds() - EPOCH) * 1_000;
            out.write_all(&microseconds.to_be_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Instant, Pg> for SqlInstant {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            let microseconds = i64::from_be_bytes(value.as_bytes().try_into()?);
            let milliseconds = microseconds.div_euclid(1_000).checked_add(EPOCH);
            let time = milliseconds.and_then(Timestamp::from_unix_milliseconds).ok_or("a time out of range")?;
            Ok(Self(time))
        }
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use diesel::sqlite::{Sqlite, SqliteValue};

    use super::{
        FromSql, Id, Instant, IsNull, Output, SqlId, SqlInstant, Timestamp, ToSql, Uuid, deserialize, serialize,
    };

    impl ToSql<Id, Sqlite> for SqlId {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(self.0.as_bytes().as_slice());
            Ok(IsNull::No)
        }
    }

    impl FromSql<Id, Sqlite> for SqlId {
        fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            Ok(Self(Uuid::from_slice(value.read_blob())?))
        }
    }

    impl ToSql<Instant, Sqlite> for SqlInstant {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            out.set_value(self.0.unix_milliseconds());
            Ok(IsNull::No)
        }
    }

    impl FromSql<Instant, Sqlite> for SqlInstant {
        fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            Ok(Self(Timestamp::from_unix_milliseconds(value.read_long()).ok_or("a time out of range")?))
        }
    }
}
