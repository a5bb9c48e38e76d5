//! Queries on `api_keys` and `api_key_secrets`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    ApiKeyId, Error, ResourceType, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyWriter, Credential, SecretHash},
    authorization::{Reach, TenantScope},
    owners::{Holder, Owner, OwnerState},
    pagination::{Page, PageRequest},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    Asked, SqlTransaction, members,
    page::load_page,
};
use crate::sql::{
    any_of::AnyOf,
    constraint::UniqueConstraint,
    row_lock::ForUpdate,
    rows::{ApiKeyRow, ApiKeySecretRow, EditableApiKeyRow},
    schema::{api_key_secrets, api_keys, organization_members, organizations, projects},
    types::{SqlId, SqlInstant},
    update::update_rows,
};

const SECRET_HASH: UniqueConstraint =
    UniqueConstraint { index: "api_key_secrets_pkey", column: "api_key_secrets.hash" };

type Rows = dsl::IntoBoxed<'static, dsl::Select<api_keys::table, dsl::AsSelect<ApiKeyRow, Db>>, Db>;

/// The keys within the scope whose owners, and all that those are beneath, are live: where every query starts but that
/// for a credential. Those of suspended organizations are there for who reaches everything. Users are not deleted softly: a
/// key of one is there as long as the user.
fn within(scope: TenantScope, asked: Asked) -> Rows {
    // None that is deleted, rather than one that is live beside an OR: PostgreSQL answers that by reading all that is live
    // beforehand, for a page of a long list.
    let deleted_organization = organizations::table
        .filter(organizations::id.nullable().eq(api_keys::org_id))
        .filter(organizations::deleted_at.is_not_null());
    let deleted_project = projects::table
        .filter(projects::id.nullable().eq(api_keys::project_id))
        .filter(projects::deleted_at.is_not_null());
    let rows = api_keys::table
        .select(ApiKeyRow::as_select())
        .filter(dsl::not(dsl::exists(deleted_organization)))
        .filter(dsl::not(dsl::exists(deleted_project)))
        .into_boxed();
    let suspended_organization = organizations::table
        .filter(organizations::id.nullable().eq(api_keys::org_id))
        .filter(organizations::suspended_at.is_not_null());
    let active = || dsl::not(dsl::exists(suspended_organization));
    match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(own) => rows.filter(active()).filter(api_keys::org_id.eq(SqlId(own.uuid()))),
        Reach::Project { project, .. } => rows.filter(active()).filter(api_keys::project_id.eq(SqlId(project.uuid()))),
        Reach::User(user) => {
            let rows = rows.filter(active());
            let is_own = api_keys::user_id.eq(SqlId(user.uuid()));
            match asked {
                Asked::Row => {
                    let membership = organization_members::table
                        .filter(organization_members::org_id.nullable().eq(api_keys::org_id))
                        .filter(organization_members::user_id.eq(SqlId(user.uuid())));
                    rows.filter(is_own.or(dsl::exists(membership)))
                }
                Asked::List => rows.filter(is_own.or(AnyOf(api_keys::org_id, members::organizations_of(user)))),
            }
        }
    }
}

fn found_or_missing(found: QueryResult<ApiKeyRow>) -> Result<ApiKey, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::ApiKey))?.try_into()
}

/// The key of which a secret has this hash. No scope bounds it: it is what authentication asks.
pub(super) async fn find_credential(mut conn: Conn<'_>, hash: &SecretHash) -> Result<Option<Credential>, Error> {
    type Time = Option<SqlInstant>;

    let query = api_key_secrets::table
        .inner_join(api_keys::table.left_join(organizations::table).left_join(projects::table))
        .filter(api_key_secrets::hash.eq(hash.as_bytes().as_slice()))
        .filter(api_key_secrets::is_replaced.eq(false))
        .select((
            ApiKeyRow::as_select(),
            api_key_secrets::valid_until,
            organizations::deleted_at.nullable(),
            organizations::suspended_at.nullable(),
            projects::deleted_at.nullable(),
        ));
    let found: QueryResult<(ApiKeyRow, Time, Time, Time, Time)> = query.get_result(&mut conn).await;
    let Some((row, valid_until, organization_deleted_at, suspended_at, project_deleted_at)) =
        found.optional().map_err(database_error)?
    else {
        return Ok(None);
    };
    // Whatever the owner is, its rows are there, deleted or not: the foreign keys see to it.
    let is_deleted = organization_deleted_at.is_some() || project_deleted_at.is_some();
    Ok(Some(Credential {
        key: row.try_into()?,
        valid_until: valid_until.map(|time| time.0),
        owner_state: OwnerState::of(is_deleted, suspended_at.is_some()),
    }))
}

/// The key with this id within `scope`.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
    let query = within(scope, Asked::Row).filter(api_keys::id.eq(SqlId(id.uuid())));
    found_or_missing(query.get_result(&mut conn).await)
}

/// A page of the keys within `scope` that `filter` lets through.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: ApiKeyFilter,
    request: &PageRequest,
) -> Result<Page<ApiKey>, Error> {
    use api_keys::{created_at, id, org_id, owner_type, project_id, user_id};

    let list = || {
        let rows = within(scope, Asked::List);
        match filter {
            ApiKeyFilter::All => rows,
            ApiKeyFilter::OwnerType(kind) => rows.filter(owner_type.eq(kind.as_str())),
            ApiKeyFilter::Owner(Owner::System) => rows.filter(owner_type.eq(Owner::System.type_name())),
            ApiKeyFilter::Owner(Owner::Organization(organization)) => {
                rows.filter(org_id.eq(SqlId(organization.uuid()))).filter(project_id.is_null())
            }
            ApiKeyFilter::Owner(Owner::Project { project, .. }) => rows.filter(project_id.eq(SqlId(project.uuid()))),
            ApiKeyFilter::Owner(Owner::User(user)) => rows.filter(user_id.eq(SqlId(user.uuid()))),
        }
    };
    load_page!(
        &mut conn, request, list,
        by: (created_at, id),
        select: ApiKeyRow::as_select(),
        read: ApiKey::try_from,
    )
}

/// Notes when keys were last used.
pub(super) async fn record_uses(mut conn: Conn<'_>, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
    for (id, time) in uses {
        let time = SqlInstant(*time);
        let earlier = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(time));
        let row = api_keys::table.filter(api_keys::id.eq(SqlId(id.uuid()))).filter(earlier);
        let update = update_rows(row, api_keys::last_used_at.eq(Some(time)));
        update.execute(&mut conn).await.map_err(database_error)?;
    }
    Ok(())
}

/// Removes all keys of a user, with every secret that they have or had, and gives them.
pub(super) async fn delete_all_of_user(conn: &mut Conn<'_>, user: UserId) -> Result<Vec<ApiKey>, Error> {
    let of_user = api_keys::table.filter(api_keys::user_id.eq(SqlId(user.uuid())));
    // Locked first: a rotation that is under way adds a secret, which would be in the way of its key's removal.
    let keys = ForUpdate(of_user.order(api_keys::id).select(ApiKeyRow::as_select())).load(conn).await;
    let keys: Vec<ApiKeyRow> = keys.map_err(database_error)?;
    let secrets = api_key_secrets::table.filter(api_key_secrets::api_key_id.eq_any(of_user.select(api_keys::id)));
    diesel::delete(secrets).execute(conn).await.map_err(database_error)?;
    diesel::delete(of_user).execute(conn).await.map_err(database_error)?;
    keys.into_iter().map(ApiKey::try_from).collect()
}

impl SqlTransaction<'_> {
    async fn insert_secret(&mut self, id: ApiKeyId, hash: &SecretHash) -> Result<(), Error> {
        let insert = diesel::insert_into(api_key_secrets::table).values(ApiKeySecretRow::own(id, hash));
        insert.execute(&mut self.conn).await.map_err(|error| {
            if SECRET_HASH.is_broken_by(&error) {
                Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" }
            } else {
                database_error(error)
            }
        })?;
        Ok(())
    }
}

#[async_trait]
impl ApiKeyWriter for SqlTransaction<'_> {
    async fn count_api_keys(&mut self, holder: Holder) -> Result<u64, Error> {
        let unrevoked =
            api_keys::table.filter(api_keys::revoked_at.is_null()).select(dsl::count_star()).into_boxed::<Db>();
        let query = match holder {
            // Those of its projects have it there as well.
            Holder::Organization(organization) => unrevoked.filter(api_keys::org_id.eq(SqlId(organization.uuid()))),
            Holder::User(user) => unrevoked.filter(api_keys::user_id.eq(SqlId(user.uuid()))),
        };
        let count: QueryResult<i64> = query.get_result(&mut self.conn).await;
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        let query = within(scope, Asked::Row).filter(api_keys::id.eq(SqlId(id.uuid())));
        found_or_missing(ForUpdate(query).get_result(&mut self.conn).await)
    }

    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        let insert = diesel::insert_into(api_keys::table).values(ApiKeyRow::from(key));
        insert.execute(&mut self.conn).await.map_err(database_error)?;
        self.insert_secret(key.id, hash).await
    }

    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        let update = update_rows(api_keys::table.find(SqlId(key.id.uuid())), EditableApiKeyRow::from(key));
        match update.execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::ApiKey)),
        }
    }

    async fn replace_api_key_secret(
        &mut self,
        id: ApiKeyId,
        hash: &SecretHash,
        former_until: Option<Timestamp>,
    ) -> Result<(), Error> {
        use api_key_secrets::{is_replaced, valid_until};

        let of_key = api_key_secrets::table.filter(api_key_secrets::api_key_id.eq(SqlId(id.uuid())));
        if let Some(until) = former_until {
            let older = update_rows(of_key.filter(valid_until.is_not_null()), is_replaced.eq(true));
            older.execute(&mut self.conn).await.map_err(database_error)?;
            let former = update_rows(of_key.filter(valid_until.is_null()), valid_until.eq(Some(SqlInstant(until))));
            former.execute(&mut self.conn).await.map_err(database_error)?;
        } else {
            // Each has a time by which it ended, so that only the key's own has none.
            let ended = (is_replaced.eq(true), valid_until.eq(Some(SqlInstant(Timestamp::MIN))));
            update_rows(of_key, ended).execute(&mut self.conn).await.map_err(database_error)?;
        }
        self.insert_secret(id, hash).await
    }
}
