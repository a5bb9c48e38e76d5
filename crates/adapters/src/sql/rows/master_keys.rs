//! Rows of `master_keys`.

use diesel::prelude::*;
use tenancy_domain::{
    Error,
    sealing::{KnownMasterKey, MasterKeyId},
};

use super::broken;
use crate::sql::{schema::master_keys, types::SqlInstant};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = master_keys)]
pub(crate) struct MasterKeyRow {
    id: String,
    number: i64,
    check_value: Vec<u8>,
    created_at: SqlInstant,
}

impl From<&KnownMasterKey> for MasterKeyRow {
    fn from(key: &KnownMasterKey) -> Self {
        Self {
            id: key.id.to_string(),
            number: key.number,
            check_value: key.check_value.clone(),
            created_at: SqlInstant(key.created_at),
        }
    }
}

impl TryFrom<MasterKeyRow> for KnownMasterKey {
    type Error = Error;

    fn try_from(row: MasterKeyRow) -> Result<Self, Error> {
        Ok(Self {
            id: MasterKeyId::parse(&row.id).map_err(|reason| broken("master_keys", &row.id, "id", reason))?,
            number: row.number,
            check_value: row.check_value,
            created_at: row.created_at.0,
        })
    }
}
