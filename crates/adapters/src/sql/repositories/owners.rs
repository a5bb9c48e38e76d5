//! Queries for owners, whatever table they are in.

use async_trait::async_trait;
use diesel::prelude::*;
use tenancy_domain::{
    Error, OrganizationId, ProjectId, UserId,
    authorization::{Reach, TenantScope},
    owners::{Owner, OwnerRef, OwnerWriter},
    projects::ProjectRef,
};

use super::{
    super::dialect::{Conn, RunQueryDsl, database_error},
    SqlTransaction, organizations, projects, users,
};
use crate::sql::{
    row_lock::ForUpdate,
    schema::{organizations as organizations_table, projects as projects_table, users as users_table},
    types::SqlId,
};

/// Whether an owner's row is there, and locks it where that is asked for.
macro_rules! is_there {
    ($conn:expr, $query:expr, locked: $locked:expr) => {{
        let (query, conn) = ($query, $conn);
        let found: QueryResult<SqlId> =
            if $locked { ForUpdate(query).get_result(conn).await } else { query.get_result(conn).await };
        found.optional().map_err(database_error)?.is_some()
    }};
}

/// The live owner that `reference` names within `scope`.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
    look_up(&mut conn, scope, *reference, false).await
}

async fn look_up(conn: &mut Conn<'_>, scope: TenantScope, reference: OwnerRef, locked: bool) -> Result<Owner, Error> {
    let owner = match reference {
        OwnerRef::System => (scope.reach() == Reach::Everything).then_some(Owner::System),
        OwnerRef::Organization(id) => {
            has_organization(conn, scope, id, locked).await?.then_some(Owner::Organization(id))
        }
        OwnerRef::Project(project) => match projects::organization_of(conn, project).await? {
            Some(organization) => has_project(conn, scope, organization, project, locked)
                .await?
                .then_some(Owner::Project { organization, project }),
            None => None,
        },
        OwnerRef::User(id) => has_user(conn, scope, id, locked).await?.then_some(Owner::User(id)),
    };
    owner.ok_or(Error::NotFound(reference.resource_type()))
}

async fn has_organization(
    conn: &mut Conn<'_>,
    scope: TenantScope,
    id: OrganizationId,
    locked: bool,
) -> Result<bool, Error> {
    let query = organizations::live_row(scope, id).select(organizations_table::id);
    Ok(is_there!(conn, query, locked: locked))
}

async fn has_project(
    conn: &mut Conn<'_>,
    scope: TenantScope,
    organization: OrganizationId,
    project: ProjectId,
    locked: bool,
) -> Result<bool, Error> {
    // What is counted is counted of the organization: with all of its projects.
    if locked && !has_organization(conn, scope, organization, locked).await? {
        return Ok(false);
    }
    let query = projects::live(scope, organization, &ProjectRef::Id(project)).select(projects_table::id);
    Ok(is_there!(conn, query, locked: locked))
}

async fn has_user(conn: &mut Conn<'_>, scope: TenantScope, id: UserId, locked: bool) -> Result<bool, Error> {
    let query = users::within(scope).filter(users_table::id.eq(SqlId(id.uuid()))).select(users_table::id);
    Ok(is_there!(conn, query, locked: locked))
}

#[async_trait]
impl OwnerWriter for SqlTransaction<'_> {
    async fn lock_owner(&mut self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
        look_up(&mut self.conn, scope, *reference, true).await
    }
}
