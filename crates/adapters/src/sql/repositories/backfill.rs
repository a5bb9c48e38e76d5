//! Giving rows what they lack from before it was kept with them: their terms.

use diesel::prelude::*;
use tenancy_domain::{Error, organizations::Organization, projects::Project};

use super::{
    super::dialect::{Conn, RunQueryDsl, database_error},
    terms,
};
use crate::sql::{
    row_lock::ForUpdate,
    rows::{OrganizationRow, ProjectRow},
    schema::{backfills, organizations, projects},
    types::SqlId,
    update::update_rows,
};

/// How many rows are given theirs at a time.
const BATCH: i64 = 1_000;

/// Gives the next rows theirs; says whether there may be more. It runs in a transaction of its own: what it has done so far
/// is noted with it, and whoever else does the same waits for its turn.
pub(in super::super) async fn step(mut conn: Conn<'_>) -> Result<bool, Error> {
    let next = backfills::table.order(backfills::name).limit(1).select((backfills::name, backfills::after_id));
    let next: QueryResult<(String, SqlId)> = ForUpdate(next).get_result(&mut conn).await;
    let Some((name, after)) = next.optional().map_err(database_error)? else { return Ok(false) };
    let last = match name.as_str() {
        "organization_terms" => organizations(&mut conn, after).await?,
        "project_terms" => projects(&mut conn, after).await?,
        _ => return Err(Error::internal(anyhow::anyhow!("what is to be filled in is not known here: {name}"))),
    };
    let place = backfills::table.find(name);
    match last {
        Some(last) => update_rows(place, backfills::after_id.eq(last)).execute(&mut conn).await,
        None => diesel::delete(place).execute(&mut conn).await,
    }
    .map_err(database_error)?;
    Ok(true)
}

/// The next rows of a table behind `$after`, which nobody changes meanwhile, and the id of the last one.
macro_rules! next_rows {
    ($conn:expr, $table:ident, $row:ty as $thing:ty, $after:expr) => {{
        let rows = $table::table.filter($table::id.gt($after)).order($table::id).limit(BATCH);
        let rows = ForUpdate(rows.select(($table::id, <$row>::as_select())));
        let rows: QueryResult<Vec<(SqlId, $row)>> = rows.load($conn).await;
        let rows = rows.map_err(database_error)?;
        let last = rows.last().map(|(id, _)| *id);
        let things = rows.into_iter().map(|(_, row)| <$thing>::try_from(row));
        (things.collect::<Result<Vec<_>, _>>()?, last)
    }};
}

async fn organizations(conn: &mut Conn<'_>, after: SqlId) -> Result<Option<SqlId>, Error> {
    let (rows, last) = next_rows!(conn, organizations, OrganizationRow as Organization, after);
    terms::add_of_organizations(conn, &rows).await?;
    Ok(last)
}

async fn projects(conn: &mut Conn<'_>, after: SqlId) -> Result<Option<SqlId>, Error> {
    let (rows, last) = next_rows!(conn, projects, ProjectRow as Project, after);
    terms::add_of_projects(conn, &rows).await?;
    Ok(last)
}
