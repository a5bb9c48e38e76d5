//! Queries on `leases`.

use diesel::{prelude::*, query_dsl::methods::FilterDsl, upsert::excluded};
use tenancy_domain::{Error, Timestamp, leases::Lease};
use uuid::Uuid;

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{
    cached::Cached,
    rows::LeaseRow,
    schema::leases,
    types::{SqlId, SqlInstant},
};

/// Gives a lease that is free at `now`, or is held by `holder` already, to `holder`; tells whether it has it.
pub(super) async fn take(
    mut conn: Conn<'_>,
    lease: Lease,
    holder: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let (holder, row) = (SqlId(holder), lease.as_str());
    // Of two that ask at once the second waits for the first, and then finds its row.
    let insert = diesel::insert_into(leases::table)
        .values(LeaseRow { name: row, holder, ends_at: SqlInstant(until) })
        .on_conflict(leases::name)
        .do_update()
        .set((leases::holder.eq(excluded(leases::holder)), leases::ends_at.eq(excluded(leases::ends_at))));
    let take = FilterDsl::filter(insert, leases::holder.eq(holder).or(leases::ends_at.le(SqlInstant(now))));
    Ok(Cached(take).execute(&mut conn).await.map_err(database_error)? == 1)
}

/// Ends a lease that `holder` has.
pub(super) async fn end(mut conn: Conn<'_>, lease: Lease, holder: Uuid) -> Result<(), Error> {
    let held = QueryDsl::filter(leases::table.find(lease.as_str()), leases::holder.eq(SqlId(holder)));
    diesel::delete(held).execute(&mut conn).await.map_err(database_error)?;
    Ok(())
}
