//! Holds what things are found by against the things.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{prelude::*, sql_types::Text};
use tenancy_domain::{Error, Searched as _, organizations::Organization, projects::Project};
use uuid::Uuid;

use super::{
    super::{
        super::dialect::{Conn, RunQueryDsl, database_error},
        terms,
    },
    BATCH,
};
use crate::sql::{
    keyset::{After, keyset_of},
    rows::{OrganizationRow, ProjectRow},
    schema::{organization_terms, organizations, project_terms, projects},
    types::{Id, SqlId},
};

/// How many organizations have their projects held against their terms at a time.
const ORGANIZATIONS: i64 = 100;

/// What differs, in words.
pub(super) async fn findings(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let mut findings = lacking(conn).await?;
    findings.extend(strayed(conn).await?);
    findings.extend(of_projects(conn).await?);
    Ok(findings)
}

fn not_found(id: Uuid, table: &str) -> String {
    format!("the row {id} of {table} is not found by its words")
}

/// Organizations that lack some of their terms.
async fn lacking(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    #[derive(QueryableByName)]
    struct Lacking {
        #[diesel(sql_type = Id)]
        id: SqlId,
    }

    let (mut findings, mut after) = (Vec::new(), SqlId(Uuid::nil()));
    loop {
        let rows = organizations::table.filter(organizations::id.gt(after)).order(organizations::id).limit(BATCH);
        let rows: QueryResult<Vec<OrganizationRow>> = rows.select(OrganizationRow::as_select()).load(conn).await;
        let rows = rows.map_err(database_error)?;
        let Some(last) = rows.last() else { return Ok(findings) };
        after = last.id;
        // What is broken has been told before.
        let organizations = rows.into_iter().filter_map(|row| Organization::try_from(row).ok());
        let terms: Vec<_> = organizations.flat_map(|row| terms::of_organization(&row).collect::<Vec<_>>()).collect();
        let json = serde_json::to_string(&terms).map_err(Error::internal)?;
        let lacking = diesel::sql_query(terms::LACKING_OF_ORGANIZATIONS).bind::<Text, _>(json);
        let lacking: QueryResult<Vec<Lacking>> = lacking.load(conn).await;
        findings.extend(lacking.map_err(database_error)?.iter().map(|row| not_found(row.id.0, "organizations")));
    }
}

/// Terms of organizations that are not there, or that do not have them.
async fn strayed(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    use organization_terms::{org_id, table, term};

    /// With the organization that is found by it.
    type Term = (String, SqlId);

    let (mut findings, mut after) = (BTreeSet::new(), (String::new(), SqlId(Uuid::nil())));
    loop {
        let rows = table
            .left_join(organizations::table.on(organizations::id.eq(org_id)))
            .filter(keyset_of(After, term, org_id, after.clone()))
            .order((term, org_id))
            .limit(BATCH)
            .select(((term, org_id), Option::<OrganizationRow>::as_select()));
        let rows: QueryResult<Vec<(Term, Option<OrganizationRow>)>> = rows.load(conn).await;
        let rows = rows.map_err(database_error)?;
        let Some((last, _)) = rows.last() else { return Ok(findings.into_iter().collect()) };
        after.clone_from(last);
        for ((word, id), row) in rows {
            match row.map(Organization::try_from) {
                None => {
                    findings.insert(format!("organization_terms has words of a row {} that is not there", id.0));
                }
                Some(Ok(organization)) if !organization.terms().contains(&word) => {
                    findings
                        .insert(format!("the row {} of organizations is found by words that it does not have", id.0));
                }
                // What is broken has been told before.
                Some(_) => {}
            }
        }
    }
}

/// Projects whose terms are not those that they have, and terms of projects that are not there.
async fn of_projects(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let (mut findings, mut after) = (Vec::new(), SqlId(Uuid::nil()));
    loop {
        let ids = organizations::table.filter(organizations::id.gt(after)).order(organizations::id);
        let ids: QueryResult<Vec<SqlId>> = ids.limit(ORGANIZATIONS).select(organizations::id).load(conn).await;
        let last = ids.map_err(database_error)?.last().copied();
        // Behind the last one there can be terms of none.
        let end = last.unwrap_or(SqlId(Uuid::max()));
        let rows = projects::table.filter(projects::org_id.gt(after)).filter(projects::org_id.le(end));
        let rows = rows.select((projects::org_id, projects::id, ProjectRow::as_select()));
        let rows: QueryResult<Vec<(SqlId, SqlId, ProjectRow)>> = rows.load(conn).await;
        let terms = project_terms::table.filter(project_terms::org_id.gt(after)).filter(project_terms::org_id.le(end));
        let terms = terms.select(((project_terms::org_id, project_terms::project_id), project_terms::term));
        let terms: QueryResult<Vec<((SqlId, SqlId), String)>> = terms.load(conn).await;
        let mut kept = BTreeMap::<(Uuid, Uuid), BTreeSet<String>>::new();
        for ((organization, project), term) in terms.map_err(database_error)? {
            kept.entry((organization.0, project.0)).or_default().insert(term);
        }
        for (organization, id, row) in rows.map_err(database_error)? {
            let kept = kept.remove(&(organization.0, id.0)).unwrap_or_default();
            // What is broken has been told before.
            if Project::try_from(row).is_ok_and(|project| project.terms() != kept) {
                findings.push(not_found(id.0, "projects"));
            }
        }
        let of_none = kept.into_keys();
        findings.extend(of_none.map(|(organization, id)| {
            format!("project_terms has words of a row {id} that is not there in the organization {organization}")
        }));
        let Some(last) = last else { return Ok(findings) };
        after = last;
    }
}
