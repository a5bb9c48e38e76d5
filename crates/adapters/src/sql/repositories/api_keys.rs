//! Queries on `api_keys` and `api_key_secrets`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    ApiKeyId, Error, OrganizationId, ResourceType, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyWriter, Credential, Owner, OwnerRef, SecretHash},
    authorization::{Reach, TenantScope},
    organizations::OrganizationRef,
    pagination::{Page, PageRequest},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    SqlTransaction,
    organizations::live,
    page::load_page,
};
use crate::sql::{
    cached::Cached,
    constraint::UniqueConstraint,
    for_update::ForUpdate,
    rows::{ApiKeyRow, ApiKeySecretRow, EditableApiKeyRow, OrganizationRow},
    schema::{api_key_secrets, api_keys, organizations},
    types::{SqlId, SqlInstant},
};

const SECRET_HASH: UniqueConstraint =
    UniqueConstraint { index: "api_key_secrets_pkey", column: "api_key_secrets.hash" };

type Rows = dsl::IntoBoxed<'static, dsl::Select<api_keys::table, dsl::AsSelect<ApiKeyRow, Db>>, Db>;

/// The keys within the scope whose owners are live: where every query for one key starts.
fn within(scope: TenantScope) -> Rows {
    let owner = organizations::table
        .filter(organizations::id.nullable().eq(api_keys::org_id))
        .filter(organizations::deleted_at.is_null());
    let rows = api_keys::table
        .select(ApiKeyRow::as_select())
        .filter(api_keys::org_id.is_null().or(dsl::exists(owner)))
        .into_boxed();
    match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(own) => rows.filter(api_keys::org_id.eq(SqlId(own.uuid()))),
    }
}

fn found_or_missing(found: QueryResult<ApiKeyRow>) -> Result<ApiKey, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::ApiKey))?.try_into()
}

/// The key of which a secret has this hash. No scope bounds it: it is what authentication asks.
pub(in super::super) async fn find_credential(
    mut conn: Conn<'_>,
    hash: &SecretHash,
) -> Result<Option<Credential>, Error> {
    type Found = (ApiKeyRow, Option<SqlInstant>, Option<SqlInstant>);

    let query = api_key_secrets::table
        .inner_join(api_keys::table.left_join(organizations::table))
        .filter(api_key_secrets::hash.eq(hash.as_bytes().as_slice()))
        .filter(api_key_secrets::is_replaced.eq(false))
        .select((ApiKeyRow::as_select(), api_key_secrets::valid_until, organizations::deleted_at.nullable()));
    let found: QueryResult<Found> = query.get_result(&mut conn).await;
    let Some((row, valid_until, owner_deleted_at)) = found.optional().map_err(database_error)? else {
        return Ok(None);
    };
    Ok(Some(Credential {
        key: row.try_into()?,
        valid_until: valid_until.map(|time| time.0),
        // An owner that is an organization is always there, deleted or not: the foreign key sees to it.
        owner_is_live: owner_deleted_at.is_none(),
    }))
}

/// The key with this id within `scope`.
pub(in super::super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
    found_or_missing(within(scope).filter(api_keys::id.eq(SqlId(id.uuid()))).get_result(&mut conn).await)
}

/// A page of the keys within `scope` that `filter` lets through.
pub(in super::super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: ApiKeyFilter,
    request: &PageRequest,
) -> Result<Page<ApiKey>, Error> {
    use api_keys::{created_at, id, org_id, owner_type};

    let (beside, owner_beside) = diesel::alias!(api_keys as beside, organizations as owner_beside);
    let mut rows = within(scope);
    let live_owner = owner_beside
        .filter(owner_beside.field(organizations::id).nullable().eq(beside.field(org_id)))
        .filter(owner_beside.field(organizations::deleted_at).is_null());
    let mut behind = beside.filter(beside.field(org_id).is_null().or(dsl::exists(live_owner))).into_boxed::<Db>();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organization(own) => behind = behind.filter(beside.field(org_id).eq(SqlId(own.uuid()))),
    }
    let kind = match filter {
        ApiKeyFilter::All => None,
        ApiKeyFilter::OwnerType(kind) => Some(kind),
        ApiKeyFilter::Owner(owner) => Some(owner.owner_type()),
    };
    if let Some(kind) = kind {
        rows = rows.filter(owner_type.eq(kind.as_str()));
        behind = behind.filter(beside.field(owner_type).eq(kind.as_str()));
    }
    if let ApiKeyFilter::Owner(Owner::Organization(organization)) = filter {
        rows = rows.filter(org_id.eq(SqlId(organization.uuid())));
        behind = behind.filter(beside.field(org_id).eq(SqlId(organization.uuid())));
    }
    load_page!(
        &mut conn, request, ApiKeyRow,
        rows: rows by (created_at, id),
        behind: behind by (beside.field(created_at), beside.field(id)),
    )
}

/// Notes when keys were last used.
pub(in super::super) async fn record_uses(mut conn: Conn<'_>, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
    for (id, time) in uses {
        let time = SqlInstant(*time);
        let earlier = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(time));
        let row = api_keys::table.filter(api_keys::id.eq(SqlId(id.uuid()))).filter(earlier);
        let update = diesel::update(row).set(api_keys::last_used_at.eq(Some(time)));
        Cached(update).execute(&mut conn).await.map_err(database_error)?;
    }
    Ok(())
}

impl SqlTransaction<'_> {
    async fn insert_secret(&mut self, id: ApiKeyId, hash: &SecretHash) -> Result<(), Error> {
        let insert = diesel::insert_into(api_key_secrets::table).values(ApiKeySecretRow::own(id, hash));
        Cached(insert).execute(&mut self.conn).await.map_err(|error| {
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
    async fn lock_api_key_owner(&mut self, scope: TenantScope, owner: &OwnerRef) -> Result<Owner, Error> {
        let missing = Error::NotFound(owner.resource_type());
        match owner {
            OwnerRef::System => match scope.reach() {
                Reach::Everything => Ok(Owner::System),
                Reach::Organization(_) => Err(missing),
            },
            OwnerRef::Organization(id) => {
                let query = ForUpdate(live(scope, &OrganizationRef::Id(*id)));
                let found: QueryResult<OrganizationRow> = query.get_result(&mut self.conn).await;
                found.optional().map_err(database_error)?.map(|_| Owner::Organization(*id)).ok_or(missing)
            }
            OwnerRef::Project(_) | OwnerRef::User(_) => Err(missing),
        }
    }

    async fn count_api_keys(&mut self, organization: OrganizationId) -> Result<u64, Error> {
        let query = api_keys::table
            .filter(api_keys::org_id.eq(SqlId(organization.uuid())))
            .filter(api_keys::revoked_at.is_null())
            .select(dsl::count_star());
        let count: QueryResult<i64> = query.get_result(&mut self.conn).await;
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        let query = within(scope).filter(api_keys::id.eq(SqlId(id.uuid())));
        found_or_missing(ForUpdate(query).get_result(&mut self.conn).await)
    }

    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        let insert = diesel::insert_into(api_keys::table).values(ApiKeyRow::from(key));
        Cached(insert).execute(&mut self.conn).await.map_err(database_error)?;
        self.insert_secret(key.id, hash).await
    }

    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        let update = diesel::update(api_keys::table.find(SqlId(key.id.uuid()))).set(EditableApiKeyRow::from(key));
        match Cached(update).execute(&mut self.conn).await.map_err(database_error)? {
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
            let older = diesel::update(of_key.filter(valid_until.is_not_null())).set(is_replaced.eq(true));
            Cached(older).execute(&mut self.conn).await.map_err(database_error)?;
            let former =
                diesel::update(of_key.filter(valid_until.is_null())).set(valid_until.eq(Some(SqlInstant(until))));
            Cached(former).execute(&mut self.conn).await.map_err(database_error)?;
        } else {
            // Each has a time by which it ended, so that only the key's own has none.
            let ended = (is_replaced.eq(true), valid_until.eq(Some(SqlInstant(Timestamp::MIN))));
            Cached(diesel::update(of_key).set(ended)).execute(&mut self.conn).await.map_err(database_error)?;
        }
        self.insert_secret(id, hash).await
    }
}
