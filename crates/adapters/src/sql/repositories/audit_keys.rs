//! Queries on `audit_keys`.

use diesel::prelude::*;
use tenancy_domain::{
    Error,
    audit_log::{Chain, ChainMac, SealedChainKey},
    sealing::SealedSecret,
};

use super::{
    super::dialect::{Conn, RunQueryDsl, database_error},
    audit_chains as chains,
};
use crate::sql::{
    rows::{AuditChainRow, AuditKeyRow},
    schema::{audit_chains, audit_keys},
    types::SqlId,
    update::update_rows,
};

/// How many chains are read at a time.
const BATCH: i64 = 1_000;

/// The key, if there is one.
pub(super) async fn find(mut conn: Conn<'_>) -> Result<Option<SealedChainKey>, Error> {
    let query = audit_keys::table.find(AuditKeyRow::ID).select(AuditKeyRow::as_select());
    let found: QueryResult<AuditKeyRow> = query.get_result(&mut conn).await;
    found.optional().map_err(database_error)?.map(TryFrom::try_from).transpose()
}

/// Adds the key, and adopts every chain; gives the number of those. `None` where there is a key already.
pub(in super::super) async fn add(
    mut conn: Conn<'_>,
    key: &SealedChainKey,
    mac: &dyn ChainMac,
) -> Result<Option<u64>, Error> {
    // Someone else's that is not committed yet is waited for.
    let insert = diesel::insert_into(audit_keys::table).values(AuditKeyRow::from(key)).on_conflict_do_nothing();
    if insert.execute(&mut conn).await.map_err(database_error)? == 0 {
        return Ok(None);
    }
    let (mut adopted, mut after) = (0, None::<SqlId>);
    loop {
        let mut query = audit_chains::table
            .select(AuditChainRow::as_select())
            .order(audit_chains::id)
            .limit(BATCH)
            .into_boxed::<super::super::dialect::Db>();
        if let Some(after) = after {
            query = query.filter(audit_chains::id.gt(after));
        }
        let rows: QueryResult<Vec<AuditChainRow>> = query.load(&mut conn).await;
        for row in rows.map_err(database_error)? {
            let chain = Chain::try_from(row)?;
            after = Some(SqlId(chain.id.uuid()));
            chains::update(&mut conn, &Chain::adopt(mac, chain.id, chain.head)).await?;
            adopted += 1;
        }
        if adopted % BATCH.unsigned_abs() != 0 || adopted == 0 {
            return Ok(Some(adopted));
        }
    }
}

/// Puts the same key, sealed anew, in the place of `former`.
pub(super) async fn replace(mut conn: Conn<'_>, former: &SealedSecret, sealed: &SealedSecret) -> Result<(), Error> {
    let row = audit_keys::table
        .find(AuditKeyRow::ID)
        .filter(audit_keys::master_key_id.eq(former.master_key_id().to_string()))
        .filter(audit_keys::sealed_key.eq(former.as_bytes().to_vec()));
    let changes = (
        audit_keys::master_key_id.eq(sealed.master_key_id().to_string()),
        audit_keys::sealed_key.eq(sealed.as_bytes().to_vec()),
    );
    update_rows(row, changes).execute(&mut conn).await.map_err(database_error)?;
    Ok(())
}
