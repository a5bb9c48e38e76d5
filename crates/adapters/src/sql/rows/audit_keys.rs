//! Rows of `audit_keys`.

use diesel::prelude::*;
use tenancy_domain::{
    Error,
    audit_log::SealedChainKey,
    sealing::{MasterKeyId, SealedSecret},
};
use uuid::Uuid;

use super::broken;
use crate::sql::{
    schema::audit_keys,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_keys)]
pub(crate) struct AuditKeyRow {
    id: SqlId,
    master_key_id: String,
    sealed_key: Vec<u8>,
    created_at: SqlInstant,
}

impl AuditKeyRow {
    /// The one row that there is.
    pub(crate) const ID: SqlId = SqlId(Uuid::nil());
}

impl From<&SealedChainKey> for AuditKeyRow {
    fn from(key: &SealedChainKey) -> Self {
        Self {
            id: Self::ID,
            master_key_id: key.sealed.master_key_id().to_string(),
            sealed_key: key.sealed.as_bytes().to_vec(),
            created_at: SqlInstant(key.created_at),
        }
    }
}

impl TryFrom<AuditKeyRow> for SealedChainKey {
    type Error = Error;

    fn try_from(row: AuditKeyRow) -> Result<Self, Error> {
        let id = MasterKeyId::parse(&row.master_key_id);
        let id = id.map_err(|reason| broken("audit_keys", row.id.0, "master_key_id", reason))?;
        Ok(Self { sealed: SealedSecret::new(id, row.sealed_key), created_at: row.created_at.0 })
    }
}
