//! Queries on `users`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*, sql_types::Bool};
use tenancy_domain::{
    Error, OrganizationId, ResourceType, UserId,
    api_keys::ApiKey,
    authorization::{Reach, TenantScope},
    members::Role,
    pagination::{Page, PageRequest},
    users::{Email, OrganizationOfUser, RemovedWithUser, User, UserFilter, UserWriter},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    Asked, SqlTransaction, api_keys, members, organizations,
    page::load_page,
    providers,
};
use crate::sql::{
    any_of::AnyOf,
    constraint::UniqueConstraint,
    row_lock::ForUpdate,
    rows::{OrganizationOfUserRow, OrganizationRow, UserRow},
    schema::{organization_members, organizations as organizations_table, users},
    types::SqlId,
    update::update_rows,
};

const EXTERNAL_ID: UniqueConstraint = UniqueConstraint { index: "users_external_id", column: "users.external_id" };
const EMAIL: UniqueConstraint = UniqueConstraint { index: "users_email", column: "users.email_folded" };

pub(super) type Rows = dsl::IntoBoxed<'static, dsl::Select<users::table, dsl::AsSelect<UserRow, Db>>, Db>;

/// The rows that lie within the scope: where every query starts.
pub(super) fn within(scope: TenantScope) -> Rows {
    let rows = users::table.select(UserRow::as_select()).into_boxed();
    match scope.reach() {
        Reach::Everything => rows,
        Reach::User(user) => rows.filter(users::id.eq(SqlId(user.uuid()))),
        // Users are no tenant's.
        Reach::Organization(_) | Reach::Project { .. } => rows.filter(false.into_sql::<Bool>()),
    }
}

/// The user with this id within `scope`.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: UserId) -> Result<User, Error> {
    found_or_missing(within(scope).filter(users::id.eq(SqlId(id.uuid()))).get_result(&mut conn).await)
}

/// A page of the users within `scope` that `filter` lets through.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: &UserFilter,
    request: &PageRequest,
) -> Result<Page<User>, Error> {
    let list = || {
        let mut rows = within(scope);
        if let Some(id) = &filter.external_id {
            rows = rows.filter(users::external_id.eq(id.as_str().to_owned()));
        }
        if let Some(email) = &filter.email {
            rows = rows.filter(users::email_folded.eq(Email::folded(email)));
        }
        rows
    };
    load_page!(
        &mut conn, request, list,
        by: (users::created_at, users::id),
        select: UserRow::as_select(),
        read: User::try_from,
    )
}

/// A page of the live organizations within `scope` that a user is a member of.
pub(super) async fn list_organizations(
    mut conn: Conn<'_>,
    scope: TenantScope,
    user: UserId,
    request: &PageRequest,
) -> Result<Page<OrganizationOfUser>, Error> {
    let list = || {
        organizations::within(scope, Asked::List)
            .filter(organizations_table::deleted_at.is_null())
            .inner_join(organization_members::table)
            .filter(organization_members::user_id.eq(SqlId(user.uuid())))
    };
    load_page!(
        &mut conn, request, list,
        by: (organizations_table::created_at, organizations_table::id),
        select: (
            <OrganizationRow as Selectable<Db>>::construct_selection(),
            organization_members::role,
            organization_members::joined_at,
        ),
        read: |row: OrganizationOfUserRow| OrganizationOfUser::try_from(row),
    )
}

fn found_or_missing(found: QueryResult<UserRow>) -> Result<User, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::User))?.try_into()
}

/// What the failure of a write means.
fn write_error(error: diesel::result::Error) -> Error {
    let taken = [(EXTERNAL_ID, "external_id"), (EMAIL, "email")];
    match taken.into_iter().find(|(constraint, _)| constraint.is_broken_by(&error)) {
        Some((_, field)) => Error::AlreadyExists { resource: ResourceType::User, field },
        None => database_error(error),
    }
}

#[async_trait]
impl UserWriter for SqlTransaction<'_> {
    async fn lock_user(&mut self, scope: TenantScope, id: UserId) -> Result<User, Error> {
        let query = within(scope).filter(users::id.eq(SqlId(id.uuid())));
        found_or_missing(ForUpdate(query).get_result(&mut self.conn).await)
    }

    async fn insert_user(&mut self, user: &User) -> Result<(), Error> {
        let insert = diesel::insert_into(users::table).values(UserRow::from(user));
        insert.execute(&mut self.conn).await.map_err(write_error)?;
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> Result<(), Error> {
        let update = update_rows(users::table.find(SqlId(user.id.uuid())), UserRow::from(user));
        match update.execute(&mut self.conn).await.map_err(write_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::User)),
        }
    }

    async fn lock_memberships_of_user(&mut self, user: UserId) -> Result<Option<OrganizationId>, Error> {
        let (id, owner) = (SqlId(user.uuid()), Role::Owner.as_str());
        // Whoever changes a membership, of a project too, has locked the organization: to lock these is to lock those.
        let organizations = organizations_table::table
            .filter(AnyOf(organizations_table::id, members::organizations_of(user)))
            .order(organizations_table::id)
            .select(organizations_table::id);
        let locked: QueryResult<Vec<SqlId>> = ForUpdate(organizations).load(&mut self.conn).await;
        locked.map_err(database_error)?;

        let others = diesel::alias!(organization_members as others);
        let another_owner = others
            .filter(others.field(organization_members::org_id).eq(organization_members::org_id))
            .filter(others.field(organization_members::user_id).ne(id))
            .filter(others.field(organization_members::role).eq(owner));
        let query = organization_members::table
            .filter(organization_members::user_id.eq(id))
            .filter(organization_members::role.eq(owner))
            .filter(dsl::not(dsl::exists(another_owner)))
            .order(organization_members::org_id)
            .limit(1)
            .select(organization_members::org_id);
        let owned_alone: QueryResult<SqlId> = query.get_result(&mut self.conn).await;
        Ok(owned_alone.optional().map_err(database_error)?.map(|id| OrganizationId::new(id.0)))
    }

    async fn delete_user(&mut self, user: UserId) -> Result<RemovedWithUser, Error> {
        let memberships = members::delete_all_of_user(&mut self.conn, user).await?;
        let api_keys: Vec<ApiKey> = api_keys::delete_all_of_user(&mut self.conn, user).await?;
        let providers = providers::delete_all_of_user(&mut self.conn, user).await?;
        let delete = diesel::delete(users::table.find(SqlId(user.uuid())));
        match delete.execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(RemovedWithUser { memberships, api_keys, providers }),
            _ => Err(Error::NotFound(ResourceType::User)),
        }
    }
}
