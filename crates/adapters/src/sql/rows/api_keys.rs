//! Rows of `api_keys` and `api_key_secrets`.

use diesel::prelude::*;
use tenancy_domain::{
    ApiKeyId, DisplayName, Error, OrganizationId, ProjectId, UserId,
    api_keys::{ApiKey, KeyPrefix, SecretHash},
    authorization::{Scope, Scopes},
    owners::{Owner, OwnerType},
};

use super::broken;
use crate::sql::{
    schema::{api_key_secrets, api_keys},
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub(crate) struct ApiKeyRow {
    id: SqlId,
    #[diesel(embed)]
    editable: EditableApiKeyRow,
    owner_type: String,
    org_id: Option<SqlId>,
    project_id: Option<SqlId>,
    user_id: Option<SqlId>,
    created_at: SqlInstant,
    last_used_at: Option<SqlInstant>,
}

/// What a write of the key may change: not whose it is, and not when it was used, which is noted beside all writes.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_keys, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct EditableApiKeyRow {
    name: String,
    key_prefix: String,
    scopes: String,
    expires_at: Option<SqlInstant>,
    updated_at: SqlInstant,
    revoked_at: Option<SqlInstant>,
    rotated_at: Option<SqlInstant>,
    rotation_grace_until: Option<SqlInstant>,
    version: i64,
}

impl From<&ApiKey> for EditableApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            name: key.name.as_str().to_owned(),
            key_prefix: key.key_prefix.as_str().to_owned(),
            scopes: key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" "),
            expires_at: key.expires_at.map(SqlInstant),
            updated_at: SqlInstant(key.updated_at),
            revoked_at: key.revoked_at.map(SqlInstant),
            rotated_at: key.rotated_at.map(SqlInstant),
            rotation_grace_until: key.rotation_grace_until.map(SqlInstant),
            version: key.version,
        }
    }
}

impl From<&ApiKey> for ApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: SqlId(key.id.uuid()),
            editable: key.into(),
            owner_type: key.owner.type_name().to_owned(),
            org_id: key.owner.organization().map(|id| SqlId(id.uuid())),
            project_id: key.owner.project().map(|id| SqlId(id.uuid())),
            user_id: key.owner.user().map(|id| SqlId(id.uuid())),
            created_at: SqlInstant(key.created_at),
            last_used_at: key.last_used_at.map(SqlInstant),
        }
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: ApiKeyRow) -> Result<Self, Error> {
        let id = ApiKeyId::new(row.id.0);
        let organization = row.org_id.map(|id| OrganizationId::new(id.0));
        let project = row.project_id.map(|id| ProjectId::new(id.0));
        let user = row.user_id.map(|id| UserId::new(id.0));
        let owner = match (OwnerType::parse(&row.owner_type), organization, project, user) {
            (Ok(OwnerType::System), None, None, None) => Owner::System,
            (Ok(OwnerType::Organization), Some(organization), None, None) => Owner::Organization(organization),
            (Ok(OwnerType::Project), Some(organization), Some(project), None) => {
                Owner::Project { organization, project }
            }
            (Ok(OwnerType::User), None, None, Some(user)) => Owner::User(user),
            _ => return Err(broken("api_keys", id, "owner_type", "does not go with the ids beside it")),
        };
        let editable = row.editable;
        let scopes = editable.scopes.split_whitespace().map(Scope::parse).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            id,
            name: DisplayName::parse(&editable.name).map_err(|reason| broken("api_keys", id, "name", reason))?,
            key_prefix: KeyPrefix::parse(editable.key_prefix)
                .map_err(|reason| broken("api_keys", id, "key_prefix", reason))?,
            owner,
            scopes: scopes.and_then(Scopes::new).map_err(|reason| broken("api_keys", id, "scopes", reason))?,
            expires_at: editable.expires_at.map(|time| time.0),
            created_at: row.created_at.0,
            updated_at: editable.updated_at.0,
            last_used_at: row.last_used_at.map(|time| time.0),
            revoked_at: editable.revoked_at.map(|time| time.0),
            rotated_at: editable.rotated_at.map(|time| time.0),
            rotation_grace_until: editable.rotation_grace_until.map(|time| time.0),
            version: editable.version,
        })
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = api_key_secrets, treat_none_as_default_value = false)]
pub(crate) struct ApiKeySecretRow {
    hash: Vec<u8>,
    api_key_id: SqlId,
    valid_until: Option<SqlInstant>,
    is_replaced: bool,
}

impl ApiKeySecretRow {
    /// The own secret of a key.
    pub(crate) fn own(id: ApiKeyId, hash: &SecretHash) -> Self {
        Self { hash: hash.as_bytes().to_vec(), api_key_id: SqlId(id.uuid()), valid_until: None, is_replaced: false }
    }
}
