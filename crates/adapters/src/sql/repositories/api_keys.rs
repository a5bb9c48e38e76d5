//! Queries on `api_keys`.

use async_trait::async_trait;
use diesel::prelude::*;
use tenancy_domain::{
    ApiKeyId, Error, ResourceType,
    api_keys::{ApiKey, ApiKeyWriter, SecretHash},
    authorization::{Reach, TenantScope},
    pagination::{Direction, Page, PageRequest},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    SqlTransaction,
};
use crate::sql::{
    cached::Cached,
    constraint::UniqueConstraint,
    for_update::ForUpdate,
    keyset::{After, AtOrAfter, AtOrBefore, Before, keyset},
    rows::{ApiKeyRow, to_page},
    schema::api_keys,
    types::SqlId,
};

const KEY_HASH: UniqueConstraint = UniqueConstraint { index: "api_keys_key_hash", column: "api_keys.key_hash" };

/// The key whose secret has this hash. No scope bounds it: it is what authentication asks.
pub(in super::super) async fn find_by_hash(mut conn: Conn<'_>, hash: &SecretHash) -> Result<Option<ApiKey>, Error> {
    let query =
        api_keys::table.filter(api_keys::key_hash.eq(hash.as_bytes().as_slice())).select(ApiKeyRow::as_select());
    let found: QueryResult<ApiKeyRow> = query.get_result(&mut conn).await;
    found.optional().map_err(database_error)?.map(ApiKey::try_from).transpose()
}

/// A page of the keys within `scope`.
pub(in super::super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    request: &PageRequest,
) -> Result<Page<ApiKey>, Error> {
    use api_keys::{created_at, id};

    let position = request.position();
    let beside = diesel::alias!(api_keys as beside);
    let (beside_created_at, beside_id) = (beside.field(created_at), beside.field(id));
    let mut rows = api_keys::table.into_boxed::<Db>();
    let mut behind = beside.into_boxed::<Db>();
    match scope.reach() {
        Reach::Everything => {}
    }
    match request.direction {
        Direction::Forward => {
            rows = rows.filter(keyset(Before, created_at, id, position)).order((created_at.desc(), id.desc()));
            behind = behind
                .filter(keyset(AtOrAfter, beside_created_at, beside_id, position))
                .order((beside_created_at.asc(), beside_id.asc()));
        }
        Direction::Backward => {
            rows = rows.filter(keyset(After, created_at, id, position)).order((created_at.asc(), id.asc()));
            behind = behind
                .filter(keyset(AtOrBefore, beside_created_at, beside_id, position))
                .order((beside_created_at.desc(), beside_id.desc()));
        }
    }
    // Not EXISTS: PostgreSQL may answer that by reading the table from its beginning, where none of the rows may be.
    let behind = behind.select(beside_created_at).limit(1).single_value().is_not_null();
    let found: Vec<(ApiKeyRow, bool)> = rows
        .select((ApiKeyRow::as_select(), behind))
        .limit(i64::from(request.size.get()) + 1)
        .load(&mut conn)
        .await
        .map_err(database_error)?;
    to_page(request, found)
}

#[async_trait]
impl ApiKeyWriter for SqlTransaction<'_> {
    async fn lock_api_key(&mut self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        match scope.reach() {
            Reach::Everything => {}
        }
        let query = api_keys::table.filter(api_keys::id.eq(SqlId(id.uuid()))).select(ApiKeyRow::as_select());
        let found: QueryResult<ApiKeyRow> = ForUpdate(query).get_result(&mut self.conn).await;
        let row = found.optional().map_err(database_error)?;
        row.ok_or(Error::NotFound(ResourceType::ApiKey))?.try_into()
    }

    async fn insert_api_key(&mut self, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
        let insert = diesel::insert_into(api_keys::table)
            .values((ApiKeyRow::from(key), api_keys::key_hash.eq(hash.as_bytes().as_slice())));
        Cached(insert).execute(&mut self.conn).await.map_err(|error| {
            if KEY_HASH.is_broken_by(&error) {
                Error::AlreadyExists { resource: ResourceType::ApiKey, field: "key" }
            } else {
                database_error(error)
            }
        })?;
        Ok(())
    }

    async fn update_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        let update = diesel::update(api_keys::table.find(SqlId(key.id.uuid()))).set(ApiKeyRow::from(key));
        match Cached(update).execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::ApiKey)),
        }
    }
}
