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

/// The terms of organizations that a statement is given.
macro_rules! given_of_organizations {
    () => {
        concat!("SELECT ", json_id!(0), ", ", json_text!(1), " FROM ", json_rows!())
    };
}

/// The terms of projects that a statement is given.
macro_rules! given_of_projects {
    () => {
        concat!("SELECT ", json_id!(0), ", ", json_id!(1), ", ", json_text!(2), " FROM ", json_rows!())
    };
}

const INSERT_OF_ORGANIZATIONS: &str = concat!(
    "INSERT INTO organization_terms (org_id, term) ",
    given_of_organizations!(),
    " WHERE true ON CONFLICT DO NOTHING"
);
const INSERT_OF_PROJECTS: &str = concat!(
    "INSERT INTO project_terms (project_id, org_id, term) ",
    given_of_projects!(),
    " WHERE true ON CONFLICT DO NOTHING"
);
const DELETE_OF_ORGANIZATIONS: &str =
    concat!("DELETE FROM organization_terms WHERE (org_id, term) IN (", given_of_organizations!(), ")");
const DELETE_OF_PROJECTS: &str =
    concat!("DELETE FROM project_terms WHERE (project_id, org_id, term) IN (", given_of_projects!(), ")");
/// The ids of the organizations that lack some of the terms that are given.
pub(super) const LACKING_OF_ORGANIZATIONS: &str = concat!(
    "SELECT DISTINCT ",
    json_id!(0),
    " AS id FROM ",
    json_rows!(),
    " WHERE NOT EXISTS (SELECT 1 FROM organization_terms WHERE organization_terms.org_id = ",
    json_id!(0),
    " AND organization_terms.term = ",
    json_text!(1),
    ")"
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
    with(INSERT_OF_ORGANIZATIONS, terms)
}

/// A term of a project: the ids of the project and of its organization, as 32 hexadecimal digits, and the term.
type ProjectTerm = (String, String, String);

/// The terms of a project.
fn of_project(project: &Project) -> impl Iterator<Item = ProjectTerm> {
    let (id, organization) = (project.id.uuid().simple().to_string(), project.org_id.uuid().simple().to_string());
    project.terms().into_iter().map(move |term| (id.clone(), organization.clone(), term))
}

/// Adds the terms of organizations that have none, or those that they lack.
pub(super) async fn add_of_organizations(conn: &mut Conn<'_>, organizations: &[Organization]) -> Result<(), Error> {
    let terms: Vec<_> = organizations.iter().flat_map(of_organization).collect();
    run(conn, INSERT_OF_ORGANIZATIONS, &terms).await
}

/// Adds the terms of projects that have none, or those that they lack.
pub(super) async fn add_of_projects(conn: &mut Conn<'_>, projects: &[Project]) -> Result<(), Error> {
    let terms: Vec<_> = projects.iter().flat_map(of_project).collect();
    run(conn, INSERT_OF_PROJECTS, &terms).await
}

/// Makes the terms of an organization those that it has by now, in the place of those that it had.
pub(super) async fn update_of_organization(
    conn: &mut Conn<'_>,
    former: &Organization,
    organization: &Organization,
) -> Result<(), Error> {
    let (former, current) = (of_organization(former), of_organization(organization));
    replace(conn, DELETE_OF_ORGANIZATIONS, former, INSERT_OF_ORGANIZATIONS, current).await
}

/// Makes the terms of a project those that it has by now, in the place of those that it had.
pub(super) async fn update_of_project(conn: &mut Conn<'_>, former: &Project, project: &Project) -> Result<(), Error> {
    replace(conn, DELETE_OF_PROJECTS, of_project(former), INSERT_OF_PROJECTS, of_project(project)).await
}

/// Deletes what is only among the former terms, and inserts what is only among the current ones.
async fn replace<T: Ord + Serialize + Sync>(
    conn: &mut Conn<'_>,
    delete: &'static str,
    former: impl Iterator<Item = T>,
    insert: &'static str,
    current: impl Iterator<Item = T>,
) -> Result<(), Error> {
    let (former, current): (BTreeSet<_>, BTreeSet<_>) = (former.collect(), current.collect());
    run(conn, delete, &former.difference(&current).collect::<Vec<_>>()).await?;
    run(conn, insert, &current.difference(&former).collect::<Vec<_>>()).await
}

/// Removes the terms of an organization and of its projects.
pub(super) async fn delete_beneath_organization(conn: &mut Conn<'_>, organization: &Organization) -> Result<(), Error> {
    run(conn, DELETE_OF_ORGANIZATIONS, &of_organization(organization).collect::<Vec<_>>()).await?;
    let of_projects = project_terms::table.filter(project_terms::org_id.eq(SqlId(organization.id.uuid())));
    diesel::delete(of_projects).execute(conn).await.map(drop).map_err(database_error)
}

/// Runs one statement for all rows, however many; none where there are none.
async fn run<T: Serialize + Sync>(conn: &mut Conn<'_>, statement: &'static str, rows: &[T]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    with(statement, rows)?.execute(conn).await.map(drop).map_err(database_error)
}

fn with(statement: &'static str, rows: &(impl Serialize + ?Sized)) -> Result<WithJson, Error> {
    Ok(WithJson { statement, json: serde_json::to_string(rows).map_err(Error::internal)? })
}
