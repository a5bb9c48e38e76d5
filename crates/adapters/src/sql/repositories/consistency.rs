//! Looks at the database as a whole.

use diesel::{dsl, prelude::*};
use tenancy_domain::{Error, api_keys::ApiKey, organizations::Organization};

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{
    rows::{ApiKeyRow, OrganizationRow},
    schema::{api_keys, audit_chains, organizations},
    types::SqlId,
};

/// How many rows are read at a time.
const BATCH: i64 = 1_000;

/// Reads every organization and every key, and looks for organizations without an audit chain. Gives what it finds, in
/// words.
pub(in super::super) async fn check(mut conn: Conn<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();

    let mut after = SqlId(uuid::Uuid::nil());
    loop {
        let query = organizations::table
            .filter(organizations::id.gt(after))
            .order(organizations::id)
            .limit(BATCH)
            .select((organizations::id, OrganizationRow::as_select()));
        let rows: QueryResult<Vec<(SqlId, OrganizationRow)>> = query.load(&mut conn).await;
        let rows = rows.map_err(database_error)?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        findings.extend(rows.into_iter().filter_map(|(_, row)| broken(Organization::try_from(row))));
    }

    let mut after = SqlId(uuid::Uuid::nil());
    loop {
        let query = api_keys::table
            .filter(api_keys::id.gt(after))
            .order(api_keys::id)
            .limit(BATCH)
            .select((api_keys::id, ApiKeyRow::as_select()));
        let rows: QueryResult<Vec<(SqlId, ApiKeyRow)>> = query.load(&mut conn).await;
        let rows = rows.map_err(database_error)?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        findings.extend(rows.into_iter().filter_map(|(_, row)| broken(ApiKey::try_from(row))));
    }

    let chains = audit_chains::table.filter(audit_chains::id.eq(organizations::id)).select(audit_chains::id);
    let query = organizations::table
        .filter(dsl::not(dsl::exists(chains)))
        .order(organizations::id)
        .limit(BATCH)
        .select(organizations::id);
    let unaudited: QueryResult<Vec<SqlId>> = query.load(&mut conn).await;
    let unaudited = unaudited.map_err(database_error)?;
    findings.extend(unaudited.iter().map(|id| format!("the organization {} has no audit chain", id.0)));
    Ok(findings)
}

fn broken<T>(row: Result<T, Error>) -> Option<String> {
    let error = row.err()?;
    Some(error.cause().map_or_else(|| error.to_string(), ToString::to_string))
}
