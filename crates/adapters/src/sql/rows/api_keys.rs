//! Rows of `api_keys`.

use diesel::prelude::*;
use tenancy_domain::{
    ApiKeyId, DisplayName, Error,
    api_keys::{ApiKey, KeyPrefix, Owner},
    authorization::{Scope, Scopes},
};

use super::broken;
use crate::sql::{
    schema::api_keys,
    types::{SqlId, SqlInstant},
};

/// A row without its hash, which is written once and only ever compared.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_keys, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ApiKeyRow {
    id: SqlId,
    name: String,
    key_prefix: String,
    owner_type: String,
    scopes: String,
    expires_at: Option<SqlInstant>,
    created_at: SqlInstant,
    updated_at: SqlInstant,
    revoked_at: Option<SqlInstant>,
}

impl From<&ApiKey> for ApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: SqlId(key.id.uuid()),
            name: key.name.as_str().to_owned(),
            key_prefix: key.key_prefix.as_str().to_owned(),
            owner_type: key.owner.type_name().to_owned(),
            scopes: key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" "),
            expires_at: key.expires_at.map(SqlInstant),
            created_at: SqlInstant(key.created_at),
            updated_at: SqlInstant(key.updated_at),
            revoked_at: key.revoked_at.map(SqlInstant),
        }
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: ApiKeyRow) -> Result<Self, Error> {
        let id = ApiKeyId::new(row.id.0);
        let scopes = row.scopes.split_whitespace().map(Scope::parse).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            id,
            name: DisplayName::parse(&row.name).map_err(|reason| broken("api_keys", id, "name", reason))?,
            key_prefix: KeyPrefix::parse(row.key_prefix)
                .map_err(|reason| broken("api_keys", id, "key_prefix", reason))?,
            owner: Owner::parse(&row.owner_type).map_err(|reason| broken("api_keys", id, "owner_type", reason))?,
            scopes: scopes.and_then(Scopes::new).map_err(|reason| broken("api_keys", id, "scopes", reason))?,
            expires_at: row.expires_at.map(|time| time.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            revoked_at: row.revoked_at.map(|time| time.0),
        })
    }
}
