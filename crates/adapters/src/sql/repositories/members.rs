//! Queries on `organization_members` and `project_members`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error, OrganizationId, ProjectId, ResourceType, UserId,
    authorization::TenantScope,
    members::{Member, MemberOf, MemberWriter, Role},
    pagination::{Page, PageRequest},
    projects::ProjectRef,
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    SqlTransaction, organizations,
    page::load_page,
    projects,
};
use crate::sql::{
    constraint::UniqueConstraint,
    row_lock::ForUpdateOf,
    rows::{MemberRow, UserRow, role},
    schema::{organization_members, organizations as organizations_table, project_members, users},
    types::{SqlId, SqlInstant},
    update::update_rows,
};

const OF_ORGANIZATION: UniqueConstraint = UniqueConstraint {
    index: "organization_members_pkey",
    column: "organization_members.org_id, organization_members.user_id",
};
const OF_PROJECT: UniqueConstraint =
    UniqueConstraint { index: "project_members_pkey", column: "project_members.project_id, project_members.user_id" };

/// The table of the members of organizations; `of` is what they are members of.
mod of_organization {
    pub(super) use crate::sql::schema::organization_members::{org_id as of, *};
}

/// The table of the members of projects; `of` is what they are members of.
mod of_project {
    pub(super) use crate::sql::schema::project_members::{project_id as of, *};
}

/// Runs the same on the table that the members of `of` are in, which it calls `members`.
macro_rules! on_table {
    ($of:expr, $members:ident => $run:expr) => {
        match $of {
            MemberOf::Organization(_) => {
                use of_organization as $members;
                $run
            }
            MemberOf::Project { .. } => {
                use of_project as $members;
                $run
            }
        }
    };
}

/// As `on_table`, with the members of `of` and their users: those that are there for the scope, where every query starts.
macro_rules! within {
    ($scope:expr, $of:expr, ($members:ident, $rows:ident) => $run:expr) => {
        match $of {
            MemberOf::Organization(organization) => {
                use of_organization as $members;
                let $rows = || {
                    let of = organizations::live_row($scope, organization);
                    rows!($members, $of).filter(dsl::exists(of)).into_boxed::<Db>()
                };
                $run
            }
            MemberOf::Project { organization, project } => {
                use of_project as $members;
                let $rows = || {
                    let of = projects::live($scope, organization, &ProjectRef::Id(project));
                    rows!($members, $of).filter(dsl::exists(of)).into_boxed::<Db>()
                };
                $run
            }
        }
    };
}

/// The members of `of` with their users.
macro_rules! rows {
    ($members:ident, $of:expr) => {
        $members::table.inner_join(users::table).filter($members::of.eq(id($of)))
    };
}

/// What makes a [`MemberRow`].
macro_rules! row {
    ($members:ident) => {
        (<UserRow as Selectable<Db>>::construct_selection(), $members::role, $members::joined_at, $members::version)
    };
}

/// The id of what members are of.
fn id(of: MemberOf) -> SqlId {
    SqlId(match of {
        MemberOf::Organization(organization) => organization.uuid(),
        MemberOf::Project { project, .. } => project.uuid(),
    })
}

/// The organizations, live or deleted, that a user is a member of.
#[dsl::auto_type]
pub(super) fn organizations_of(user: UserId) -> _ {
    let user: SqlId = SqlId(user.uuid());
    organization_members::table.filter(organization_members::user_id.eq(user)).select(organization_members::org_id)
}

/// The role of a user in an organization that is neither deleted nor suspended.
pub(super) async fn find_role(
    mut conn: Conn<'_>,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<Role>, Error> {
    let query = organization_members::table
        .find((SqlId(organization.uuid()), SqlId(user.uuid())))
        .inner_join(organizations_table::table)
        .filter(organizations_table::deleted_at.is_null())
        .filter(organizations_table::suspended_at.is_null())
        .select(organization_members::role);
    let found: QueryResult<String> = query.get_result(&mut conn).await;
    let found = found.optional().map_err(database_error)?;
    found.map(|name| role(MemberOf::Organization(organization), &name)).transpose()
}

/// The member of `of`, within `scope`, that `user` is.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
    let found = within!(scope, of, (members, rows) => {
        rows().filter(members::user_id.eq(SqlId(user.uuid()))).select(row!(members)).get_result(&mut conn).await
    });
    found_or_missing(of, found)
}

/// A page of the members of `of` within `scope`.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    of: MemberOf,
    request: &PageRequest,
) -> Result<Page<Member>, Error> {
    within!(scope, of, (members, rows) => load_page!(
        &mut conn, request, rows,
        by: (members::joined_at, members::user_id),
        select: row!(members),
        read: |row: MemberRow| row.into_member(of),
    ))
}

/// Removes all memberships of a user, and gives them with the role in each.
pub(super) async fn delete_all_of_user(conn: &mut Conn<'_>, user: UserId) -> Result<Vec<(MemberOf, Role)>, Error> {
    let mut removed = delete_of_projects(conn, user, None).await?;
    let delete =
        diesel::delete(organization_members::table.filter(organization_members::user_id.eq(SqlId(user.uuid()))))
            .returning((organization_members::org_id, organization_members::role));
    let rows: QueryResult<Vec<(SqlId, String)>> = delete.load(conn).await;
    for (organization, name) in rows.map_err(database_error)? {
        let of = MemberOf::Organization(OrganizationId::new(organization.0));
        removed.push((of, role(of, &name)?));
    }
    Ok(removed)
}

/// Removes a user from the projects of all organizations, or of one of them.
async fn delete_of_projects(
    conn: &mut Conn<'_>,
    user: UserId,
    organization: Option<OrganizationId>,
) -> Result<Vec<(MemberOf, Role)>, Error> {
    use project_members::{org_id, project_id, user_id};

    let mut delete = diesel::delete(project_members::table).into_boxed::<Db>().filter(user_id.eq(SqlId(user.uuid())));
    if let Some(organization) = organization {
        delete = delete.filter(org_id.eq(SqlId(organization.uuid())));
    }
    let rows: QueryResult<Vec<(SqlId, SqlId, String)>> =
        delete.returning((org_id, project_id, project_members::role)).load(conn).await;
    let removed = rows.map_err(database_error)?.into_iter().map(|(organization, project, name)| {
        let (organization, project) = (OrganizationId::new(organization.0), ProjectId::new(project.0));
        let of = MemberOf::Project { organization, project };
        Ok((of, role(of, &name)?))
    });
    removed.collect()
}

fn found_or_missing(of: MemberOf, found: QueryResult<MemberRow>) -> Result<Member, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::Membership))?.into_member(of)
}

/// Insists that a write found the member.
fn written(count: QueryResult<usize>) -> Result<(), Error> {
    match count.map_err(database_error)? {
        1 => Ok(()),
        _ => Err(Error::NotFound(ResourceType::Membership)),
    }
}

#[async_trait]
impl MemberWriter for SqlTransaction<'_> {
    async fn lock_member(&mut self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
        let found = within!(scope, of, (members, rows) => {
            let row = rows().filter(members::user_id.eq(SqlId(user.uuid()))).select(row!(members));
            // Not the user: it comes before what the unit of work has locked already.
            ForUpdateOf(row, members::table).get_result(&mut self.conn).await
        });
        found_or_missing(of, found)
    }

    async fn count_members(&mut self, of: MemberOf) -> Result<u64, Error> {
        let count: QueryResult<i64> = on_table!(of, members => {
            let query = members::table.filter(members::of.eq(id(of))).select(dsl::count_star());
            query.get_result(&mut self.conn).await
        });
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn count_owners(&mut self, of: MemberOf) -> Result<u64, Error> {
        let count: QueryResult<i64> = on_table!(of, members => {
            let query = members::table
                .filter(members::of.eq(id(of)))
                .filter(members::role.eq(Role::Owner.as_str()))
                .select(dsl::count_star());
            query.get_result(&mut self.conn).await
        });
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn insert_member(&mut self, member: &Member) -> Result<(), Error> {
        let of = member.of;
        let (user, role) = (SqlId(member.user.id.uuid()), member.role.as_str());
        let (joined_at, version) = (SqlInstant(member.joined_at), member.version);
        let organization = SqlId(of.organization().uuid());
        let inserted = match of {
            MemberOf::Organization(_) => {
                let insert = diesel::insert_into(organization_members::table).values((
                    organization_members::org_id.eq(organization),
                    organization_members::user_id.eq(user),
                    organization_members::role.eq(role),
                    organization_members::joined_at.eq(joined_at),
                    organization_members::version.eq(version),
                ));
                insert.execute(&mut self.conn).await
            }
            MemberOf::Project { project, .. } => {
                let insert = diesel::insert_into(project_members::table).values((
                    project_members::project_id.eq(SqlId(project.uuid())),
                    project_members::user_id.eq(user),
                    project_members::org_id.eq(organization),
                    project_members::role.eq(role),
                    project_members::joined_at.eq(joined_at),
                    project_members::version.eq(version),
                ));
                insert.execute(&mut self.conn).await
            }
        };
        inserted.map_err(|error| {
            if OF_ORGANIZATION.is_broken_by(&error) || OF_PROJECT.is_broken_by(&error) {
                Error::AlreadyExists { resource: ResourceType::Membership, field: "user_id" }
            } else {
                database_error(error)
            }
        })?;
        Ok(())
    }

    async fn update_member(&mut self, member: &Member) -> Result<(), Error> {
        let (of, user) = (member.of, SqlId(member.user.id.uuid()));
        written(on_table!(of, members => {
            let changes = (members::role.eq(member.role.as_str()), members::version.eq(member.version));
            update_rows(members::table.find((id(of), user)), changes).execute(&mut self.conn).await
        }))
    }

    async fn remove_member(&mut self, of: MemberOf, user: UserId) -> Result<Vec<(MemberOf, Role)>, Error> {
        let along = match of {
            MemberOf::Organization(organization) => {
                delete_of_projects(&mut self.conn, user, Some(organization)).await?
            }
            MemberOf::Project { .. } => Vec::new(),
        };
        written(on_table!(of, members => {
            let delete = diesel::delete(members::table.find((id(of), SqlId(user.uuid()))));
            delete.execute(&mut self.conn).await
        }))?;
        Ok(along)
    }
}
