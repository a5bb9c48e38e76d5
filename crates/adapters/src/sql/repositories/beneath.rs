//! All that is beneath an organization or a project, of whatever kind: counted, and destroyed. What comes to be owned by
//! organizations has its place here.

use diesel::{dsl, prelude::*};
use tenancy_domain::{Affected, Deleted, Error, OrganizationId, ProjectId};

use super::super::dialect::{Conn, Db, RunQueryDsl, database_error};
use crate::sql::{
    row_lock::ForUpdate,
    schema::{api_key_secrets, api_keys, organization_members, project_members, projects, providers},
    types::SqlId,
};

type ProjectIds = dsl::IntoBoxed<'static, dsl::Select<projects::table, projects::id>, Db>;

/// The projects of an organization.
fn projects_of(organization: OrganizationId, deleted: Deleted) -> ProjectIds {
    let all = projects::table.select(projects::id).into_boxed().filter(projects::org_id.eq(SqlId(organization.uuid())));
    match deleted {
        Deleted::Hidden => all.filter(projects::deleted_at.is_null()),
        Deleted::Included => all,
    }
}

/// How many rows a query gives.
macro_rules! count {
    ($conn:expr, $rows:expr) => {{
        let count: QueryResult<i64> = $rows.select(dsl::count_star()).get_result($conn).await;
        count.map_err(database_error)?.unsigned_abs()
    }};
}

/// Deletes the rows of a query, and tells how many they were.
macro_rules! delete {
    ($conn:expr, $rows:expr) => {
        diesel::delete($rows).execute($conn).await.map_err(database_error)? as u64
    };
}

/// How much there is beneath an organization.
pub(super) async fn count_of_organization(
    conn: &mut Conn<'_>,
    id: OrganizationId,
    deleted: Deleted,
) -> Result<Affected, Error> {
    let live = || projects_of(id, Deleted::Hidden);
    let listed = projects::table.filter(projects::id.eq_any(projects_of(id, deleted)));
    // By the projects, not by the organization that stands beside each: the index begins with them.
    let in_projects = project_members::table.filter(project_members::project_id.eq_any(projects_of(id, deleted)));
    let members = organization_members::table.filter(organization_members::org_id.eq(SqlId(id.uuid())));
    let mut keys = api_keys::table.filter(api_keys::org_id.eq(SqlId(id.uuid()))).into_boxed::<Db>();
    if deleted == Deleted::Hidden {
        let of_live = api_keys::project_id.eq_any(live().select(projects::id.nullable()));
        keys = keys.filter(api_keys::project_id.is_null().or(of_live.assume_not_null()));
    }
    let mut theirs = providers::table.filter(providers::org_id.eq(SqlId(id.uuid()))).into_boxed::<Db>();
    if deleted == Deleted::Hidden {
        let of_live = providers::project_id.eq_any(live().select(projects::id.nullable()));
        theirs = theirs.filter(providers::project_id.is_null().or(of_live.assume_not_null()));
    }
    Ok(Affected {
        projects: count!(conn, listed),
        memberships: count!(conn, members) + count!(conn, in_projects),
        api_keys: count!(conn, keys),
        providers: count!(conn, theirs),
        ..Affected::default()
    })
}

/// How much there is beneath a project.
pub(super) async fn count_of_project(conn: &mut Conn<'_>, id: ProjectId) -> Result<Affected, Error> {
    let members = project_members::table.filter(project_members::project_id.eq(SqlId(id.uuid())));
    let keys = api_keys::table.filter(api_keys::project_id.eq(SqlId(id.uuid())));
    let theirs = providers::table.filter(providers::project_id.eq(SqlId(id.uuid())));
    Ok(Affected {
        memberships: count!(conn, members),
        api_keys: count!(conn, keys),
        providers: count!(conn, theirs),
        ..Affected::default()
    })
}

/// Deletes all that is beneath an organization for good, and tells how much it was.
pub(super) async fn delete_of_organization(conn: &mut Conn<'_>, id: OrganizationId) -> Result<Affected, Error> {
    let id = SqlId(id.uuid());
    let keys = api_keys::table.filter(api_keys::org_id.eq(id));
    // Locked first: a rotation that is under way adds a secret, which would be in the way of its key's removal.
    let locked: QueryResult<Vec<SqlId>> = ForUpdate(keys.order(api_keys::id).select(api_keys::id)).load(conn).await;
    locked.map_err(database_error)?;
    delete!(conn, api_key_secrets::table.filter(api_key_secrets::api_key_id.eq_any(keys.select(api_keys::id))));
    let api_keys = delete!(conn, keys);
    let theirs = providers::table.filter(providers::org_id.eq(id));
    // Locked in one order, as the providers of a user are.
    let locked: QueryResult<Vec<SqlId>> = ForUpdate(theirs.order(providers::id).select(providers::id)).load(conn).await;
    locked.map_err(database_error)?;
    let providers = delete!(conn, theirs);
    let of_organization = projects::table.filter(projects::org_id.eq(id));
    let in_projects = project_members::project_id.eq_any(of_organization.select(projects::id));
    // Those of the projects first, which hang on those of the organization.
    let memberships = delete!(conn, project_members::table.filter(in_projects))
        + delete!(conn, organization_members::table.filter(organization_members::org_id.eq(id)));
    let projects = delete!(conn, of_organization);
    Ok(Affected { projects, memberships, api_keys, providers, ..Affected::default() })
}
