//! What organizations and projects are found by, which is kept beside them.

use std::collections::BTreeSet;

use diesel::{dsl, prelude::*};
use serde::Serialize;
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

/// A term of an organization: its id, as 32 hexadecimal digits, and the term.
pub(in super::super) type OrganizationTerm = (String, String);

/// The terms of an organization.
pub(in super::super) fn of_organization(organization: &Organization) -> impl Iterator<Item = OrganizationTerm> {
    let id = organization.id.uuid().simple().to_string();
    organization.terms().into_iter().map(move |term| (id.clone(), term))
}

/// The statement that adds terms of organizations, those of them that are lacking.
pub(in super::super) fn insert_of_organizations(terms: &[OrganizationTerm]) -> Result<WithJson, Error> {
    insert(INSERT_OF_ORGANIZATIONS, terms)
}

/// Adds the terms of organizations that have none, or those that they lack.
pub(super) async fn add_of_organizations(conn: &mut Conn<'_>, organizations: &[Organization]) -> Result<(), Error> {
    let terms: Vec<_> = organizations.iter().flat_map(of_organization).collect();
    insert_of_organizations(&terms)?.execute(conn).await.map(drop).map_err(database_error)
}

/// Adds the terms of projects that have none, or those that they lack.
pub(super) async fn add_of_projects(conn: &mut Conn<'_>, projects: &[Project]) -> Result<(), Error> {
    let terms = projects.iter().flat_map(|project| {
        let (id, organization) = (project.id.uuid().simple().to_string(), project.org_id.uuid().simple().to_string());
        project.terms().into_iter().map(move |term| (id.clone(), organization.clone(), term))
    });
    insert(INSERT_OF_PROJECTS, &terms.collect::<Vec<_>>())?.execute(conn).await.map(drop).map_err(database_error)
}

/// One statement for all rows, however many.
fn insert(statement: &'static str, rows: &(impl Serialize + ?Sized)) -> Result<WithJson, Error> {
    Ok(WithJson { statement, json: serde_json::to_string(rows).map_err(Error::internal)? })
}

/// Makes the terms of an organization those that it has by now.
pub(super) async fn update_of_organization(conn: &mut Conn<'_>, organization: &Organization) -> Result<(), Error> {
    let of_it = || organization_terms::table.filter(organization_terms::org_id.eq(SqlId(organization.id.uuid())));
    let terms: QueryResult<Vec<String>> = of_it().select(organization_terms::term).load(conn).await;
    if is_same(terms, &organization.terms())? {
        return Ok(());
    }
    diesel::delete(of_it()).execute(conn).await.map_err(database_error)?;
    add_of_organizations(conn, std::slice::from_ref(organization)).await
}

/// Makes the terms of a project those that it has by now.
pub(super) async fn update_of_project(conn: &mut Conn<'_>, project: &Project) -> Result<(), Error> {
    let of_it = || project_terms::table.filter(project_terms::project_id.eq(SqlId(project.id.uuid())));
    let terms: QueryResult<Vec<String>> = of_it().select(project_terms::term).load(conn).await;
    if is_same(terms, &project.terms())? {
        return Ok(());
    }
    diesel::delete(of_it()).execute(conn).await.map_err(database_error)?;
    add_of_projects(conn, std::slice::from_ref(project)).await
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
