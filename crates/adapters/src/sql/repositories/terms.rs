//! What organizations and projects are found by, which is kept beside them.

use std::collections::BTreeSet;

use diesel::{dsl, prelude::*};
use serde_json::json;
use tenancy_domain::{Error, OrganizationId, Search, Searched as _, organizations::Organization, projects::Project};

use super::super::dialect::{Conn, Db, RunQueryDsl, database_error, json_id, json_rows, json_text};
use crate::sql::{
    schema::{organization_terms, project_terms},
    types::SqlId,
    with_json::WithJson,
};

const INSERT_OF_ORGANIZATIONS: &str = concat!(
    "INSERT INTO organization_terms (org_id, term) SELECT ",
    json_id!(0),
    ", ",
    json_text!(1),
    " FROM ",
    json_rows!(),
    " WHERE true ON CONFLICT DO NOTHING"
);
const INSERT_OF_PROJECTS: &str = concat!(
    "INSERT INTO project_terms (project_id, org_id, term) SELECT ",
    json_id!(0),
    ", ",
    json_id!(1),
    ", ",
    json_text!(2),
    " FROM ",
    json_rows!(),
    " WHERE true ON CONFLICT DO NOTHING"
);

/// The ids of what is found by one word; the second parameter of a range is that which is beyond it.
pub(super) type Found<T, C> = dsl::IntoBoxed<'static, dsl::Select<T, C>, Db>;

/// The organizations that each word finds.
pub(super) fn organizations_found_by(
    search: &Search,
) -> Vec<Found<organization_terms::table, organization_terms::org_id>> {
    use organization_terms::{org_id, table, term};

    let range = |(begin, end): (&str, String)| {
        table.select(org_id).into_boxed().filter(term.ge(begin.to_owned())).filter(term.lt(end))
    };
    search.ranges().map(range).collect()
}

/// The projects of an organization that each word finds.
pub(super) fn projects_found_by(
    organization: OrganizationId,
    search: &Search,
) -> Vec<Found<project_terms::table, project_terms::project_id>> {
    use project_terms::{org_id, project_id, table, term};

    let of_organization = || table.select(project_id).into_boxed().filter(org_id.eq(SqlId(organization.uuid())));
    let range = |(begin, end): (&str, String)| of_organization().filter(term.ge(begin.to_owned())).filter(term.lt(end));
    search.ranges().map(range).collect()
}

/// The statement that adds the terms of organizations that have none, or those that they lack.
pub(super) fn of_organizations(organizations: &[Organization]) -> WithJson {
    let rows = organizations.iter().flat_map(|organization| {
        let id = organization.id.uuid().simple().to_string();
        organization.terms().into_iter().map(move |term| json!([id, term]))
    });
    insert(INSERT_OF_ORGANIZATIONS, rows)
}

/// Adds the terms of organizations that have none, or those that they lack.
pub(super) async fn insert_of_organizations(conn: &mut Conn<'_>, organizations: &[Organization]) -> Result<(), Error> {
    of_organizations(organizations).execute(conn).await.map(drop).map_err(database_error)
}

/// Adds the terms of projects that have none, or those that they lack.
pub(super) async fn insert_of_projects(conn: &mut Conn<'_>, projects: &[Project]) -> Result<(), Error> {
    let rows = projects.iter().flat_map(|project| {
        let (id, organization) = (project.id.uuid().simple().to_string(), project.org_id.uuid().simple().to_string());
        project.terms().into_iter().map(move |term| json!([id, organization, term]))
    });
    insert(INSERT_OF_PROJECTS, rows).execute(conn).await.map(drop).map_err(database_error)
}

/// One statement for all rows, however many.
fn insert(statement: &'static str, rows: impl Iterator<Item = serde_json::Value>) -> WithJson {
    WithJson { statement, json: serde_json::Value::Array(rows.collect()).to_string() }
}

/// Makes the terms of an organization those that it has by now.
pub(super) async fn update_of_organization(conn: &mut Conn<'_>, organization: &Organization) -> Result<(), Error> {
    let of_it = || organization_terms::table.filter(organization_terms::org_id.eq(SqlId(organization.id.uuid())));
    let terms: QueryResult<Vec<String>> = of_it().select(organization_terms::term).load(conn).await;
    if is_same(terms, &organization.terms())? {
        return Ok(());
    }
    diesel::delete(of_it()).execute(conn).await.map_err(database_error)?;
    insert_of_organizations(conn, std::slice::from_ref(organization)).await
}

/// Makes the terms of a project those that it has by now.
pub(super) async fn update_of_project(conn: &mut Conn<'_>, project: &Project) -> Result<(), Error> {
    let of_it = || project_terms::table.filter(project_terms::project_id.eq(SqlId(project.id.uuid())));
    let terms: QueryResult<Vec<String>> = of_it().select(project_terms::term).load(conn).await;
    if is_same(terms, &project.terms())? {
        return Ok(());
    }
    diesel::delete(of_it()).execute(conn).await.map_err(database_error)?;
    insert_of_projects(conn, std::slice::from_ref(project)).await
}

fn is_same(found: QueryResult<Vec<String>>, terms: &BTreeSet<String>) -> Result<bool, Error> {
    Ok(found.map_err(database_error)?.into_iter().collect::<BTreeSet<_>>() == *terms)
}

/// Removes the terms of an organization and of its projects.
pub(super) async fn delete_beneath_organization(conn: &mut Conn<'_>, id: OrganizationId) -> Result<(), Error> {
    let id = SqlId(id.uuid());
    let own = diesel::delete(organization_terms::table.filter(organization_terms::org_id.eq(id)));
    own.execute(conn).await.map_err(database_error)?;
    let of_projects = diesel::delete(project_terms::table.filter(project_terms::org_id.eq(id)));
    of_projects.execute(conn).await.map_err(database_error)?;
    Ok(())
}
