//! Rows of `idempotency_records`.

use diesel::prelude::*;
use tenancy_domain::{
    ApiKeyId, Error,
    idempotency::{Fingerprint, IdempotencyKey, IdempotencyRecord, KeptAnswer, KeptSecret},
    sealing::{MasterKeyId, SealedSecret},
};

use super::broken;
use crate::sql::{
    schema::idempotency_records,
    types::{SqlId, SqlInstant},
};

/// A request. As a changeset it takes the place of another one with the same key, of which nothing stays.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency_records, primary_key(api_key_id, key))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct IdempotencyRow {
    id: SqlId,
    api_key_id: SqlId,
    key: String,
    fingerprint: Vec<u8>,
    created_at: SqlInstant,
    #[diesel(embed)]
    answer: AnswerRow,
}

/// The answer of a request: all of it null where there is none.
#[derive(Debug, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency_records, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct AnswerRow {
    head: Option<String>,
    body: Option<String>,
    secret_of: Option<SqlId>,
    secret_position: Option<i64>,
    secret: Option<Vec<u8>>,
    master_key_id: Option<String>,
}

impl From<&IdempotencyRecord> for IdempotencyRow {
    fn from(record: &IdempotencyRecord) -> Self {
        Self {
            id: SqlId(record.id),
            api_key_id: SqlId(record.caller.uuid()),
            key: record.key.as_str().to_owned(),
            fingerprint: record.fingerprint.as_bytes().to_vec(),
            created_at: SqlInstant(record.created_at),
            answer: record.answer.as_ref().map(AnswerRow::from).unwrap_or_default(),
        }
    }
}

impl From<&KeptAnswer> for AnswerRow {
    fn from(answer: &KeptAnswer) -> Self {
        let secret = answer.secret.as_ref();
        Self {
            head: Some(answer.head.clone()),
            body: Some(answer.body.clone()),
            secret_of: secret.map(|secret| SqlId(secret.of.uuid())),
            // An answer is bounded by much less than that.
            secret_position: secret.map(|secret| i64::try_from(secret.position).unwrap_or(i64::MAX)),
            secret: secret.map(|secret| secret.sealed.as_bytes().to_vec()),
            master_key_id: secret.map(|secret| secret.sealed.master_key_id().to_string()),
        }
    }
}

impl TryFrom<IdempotencyRow> for IdempotencyRecord {
    type Error = Error;

    fn try_from(row: IdempotencyRow) -> Result<Self, Error> {
        let id = row.id.0;
        let broken = |column, reason: &dyn std::fmt::Display| broken("idempotency_records", id, column, reason);
        let fingerprint = Fingerprint::from_bytes(&row.fingerprint);
        Ok(Self {
            id,
            caller: ApiKeyId::new(row.api_key_id.0),
            key: IdempotencyKey::parse(row.key).map_err(|reason| broken("key", &reason))?,
            fingerprint: fingerprint.ok_or_else(|| broken("fingerprint", &"has another length"))?,
            created_at: row.created_at.0,
            answer: row.answer.kept(&broken)?,
        })
    }
}

impl AnswerRow {
    fn kept(self, broken: &dyn Fn(&'static str, &dyn std::fmt::Display) -> Error) -> Result<Option<KeptAnswer>, Error> {
        let (Some(head), Some(body)) = (self.head, self.body) else { return Ok(None) };
        let secret = match (self.secret_of, self.secret_position, self.secret, self.master_key_id) {
            (None, None, None, None) => None,
            (Some(of), Some(position), Some(bytes), Some(master_key)) => {
                let master_key = MasterKeyId::parse(&master_key).map_err(|reason| broken("master_key_id", &reason))?;
                Some(KeptSecret {
                    of: ApiKeyId::new(of.0),
                    position: usize::try_from(position).map_err(|reason| broken("secret_position", &reason))?,
                    sealed: SealedSecret::new(master_key, bytes),
                })
            }
            _ => return Err(broken("secret", &"is there in part")),
        };
        Ok(Some(KeptAnswer { head, body, secret }))
    }
}
