//! Looks at the database as a whole.

use diesel::{dsl, prelude::*};
use tenancy_domain::{Error, api_keys::ApiKey, organizations::Organization};

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{
    rows::{ApiKeyRow, OrganizationRow},
    schema::{api_keys, audit_log, organizations},
    types::SqlId,
};

/// How many rows are read at a time.
const BATCH: i64 = 1_000;

/// Reads every row of a table and adds what is broken to `findings`.
macro_rules! read_all {
    ($conn:expr, $table:ident, $row:ty as $thing:ty, $findings:ident) => {
        let mut after = SqlId(uuid::Uuid::nil());
        loop {
            let query = $table::table
                .filter($table::id.gt(after))
                .order($table::id)
                .limit(BATCH)
                .select(($table::id, <$row>::as_select()));
            let rows: QueryResult<Vec<(SqlId, $row)>> = query.load($conn).await;
            let rows = rows.map_err(database_error)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            $findings.extend(rows.into_iter().filter_map(|(_, row)| broken(<$thing>::try_from(row))));
        }
    };
}

/// Reads every organization and every key, and holds organizations against their audit trails. Gives what it finds, in
/// words.
pub(in super::super) async fn check(mut conn: Conn<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    read_all!(&mut conn, organizations, OrganizationRow as Organization, findings);
    read_all!(&mut conn, api_keys, ApiKeyRow as ApiKey, findings);
    findings.extend(unequal_audit_trails(&mut conn).await?);
    Ok(findings)
}

/// Each write of an organization raises its version by one and leaves one entry: the two must be equal.
async fn unequal_audit_trails(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let entries = audit_log::table
        .filter(audit_log::chain_id.eq(organizations::id))
        .filter(audit_log::resource_id.eq(organizations::id))
        .select(dsl::count_star())
        .single_value()
        .assume_not_null();
    let query = organizations::table
        .filter(organizations::version.ne(entries))
        .order(organizations::id)
        .limit(BATCH)
        .select((organizations::id, organizations::version));
    let unequal: QueryResult<Vec<(SqlId, i64)>> = query.load(conn).await;
    let words = |(id, version): (SqlId, i64)| {
        format!("the organization {} has version {version}, and another number of audit entries", id.0)
    };
    Ok(unequal.map_err(database_error)?.into_iter().map(words).collect())
}

fn broken<T>(row: Result<T, Error>) -> Option<String> {
    let error = row.err()?;
    Some(error.cause().map_or_else(|| error.to_string(), ToString::to_string))
}
