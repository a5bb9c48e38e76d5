//! Queries on `master_keys`.

use diesel::prelude::*;
use tenancy_domain::{Error, sealing::KnownMasterKey};

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{rows::MasterKeyRow, schema::master_keys};

/// All of them, by number.
pub(super) async fn list(mut conn: Conn<'_>) -> Result<Vec<KnownMasterKey>, Error> {
    let query = master_keys::table.order(master_keys::number).select(MasterKeyRow::as_select());
    let found: QueryResult<Vec<MasterKeyRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(KnownMasterKey::try_from).collect()
}

/// Adds one, unless its id or its number is taken.
pub(super) async fn add(mut conn: Conn<'_>, key: &KnownMasterKey) -> Result<(), Error> {
    // Without a target: either of the two may be taken. Someone else's that is not committed yet is waited for.
    let insert = diesel::insert_into(master_keys::table).values(MasterKeyRow::from(key)).on_conflict_do_nothing();
    insert.execute(&mut conn).await.map_err(database_error)?;
    Ok(())
}
