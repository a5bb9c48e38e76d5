//! Deleting old entries from `audit_log`.

use diesel::prelude::*;
use tenancy_domain::{
    Error, Timestamp,
    audit_log::{AuditEntry, ChainId, ChainMac},
    pagination::{Cursor, PageSize},
};

use super::{
    super::dialect::{Conn, RunQueryDsl, database_error},
    audit_chains as chains,
};
use crate::sql::{
    keyset::{After, keyset},
    rows::AuditEntryRow,
    schema::audit_log,
    types::{SqlId, SqlInstant},
};

/// The oldest entries that are older than `before` and come after `after`, each with its chain.
pub(super) async fn chains_of_old_entries(
    mut conn: Conn<'_>,
    before: Timestamp,
    after: Cursor,
    limit: PageSize,
) -> Result<Vec<(Cursor, ChainId)>, Error> {
    use audit_log::{chain_id, id, timestamp};

    let query = audit_log::table
        .filter(timestamp.lt(SqlInstant(before)))
        .filter(keyset(After, timestamp, id, after))
        .order((timestamp, id))
        .limit(i64::from(limit.get()))
        .select((timestamp, id, chain_id));
    let found: QueryResult<Vec<(SqlInstant, SqlId, SqlId)>> = query.load(&mut conn).await;
    let named = |found: (SqlInstant, SqlId, SqlId)| (Cursor::new(found.0.0, found.1.0), ChainId::new(found.2.0));
    Ok(found.map_err(database_error)?.into_iter().map(named).collect())
}

/// Deletes entries of a chain from its front, in the transaction that is under way, and gives their number.
pub(in super::super) async fn delete(
    mut conn: Conn<'_>,
    mac: Option<&dyn ChainMac>,
    chain: ChainId,
    before: Timestamp,
    limit: PageSize,
) -> Result<usize, Error> {
    let mac = mac.ok_or_else(chains::without_mac)?;
    let Some(chain) = chains::lock(&mut conn, chain).await? else { return Ok(0) };
    let id = SqlId(chain.id.uuid());
    let query = audit_log::table
        .filter(audit_log::chain_id.eq(id))
        .order(audit_log::sequence)
        .limit(i64::from(limit.get()))
        .select(AuditEntryRow::as_select());
    let first: QueryResult<Vec<AuditEntryRow>> = query.load(&mut conn).await;
    let first = first.map_err(database_error)?.into_iter().map(AuditEntry::try_from).collect::<Result<Vec<_>, _>>()?;
    let Some((swept, count)) = chain.swept(mac, &first, before)? else { return Ok(0) };
    let old = audit_log::table.filter(audit_log::chain_id.eq(id)).filter(audit_log::sequence.le(swept.base.sequence));
    diesel::delete(old).execute(&mut conn).await.map_err(database_error)?;
    chains::update(&mut conn, &swept).await?;
    Ok(count)
}
