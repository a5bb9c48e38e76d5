//! Queries on `idempotency_records`.

use async_trait::async_trait;
use diesel::{prelude::*, query_dsl::methods};
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    idempotency::{IdempotencyRecord, IdempotencyWriter, KeptAnswer},
};
use uuid::Uuid;

use super::{
    super::dialect::{Conn, RunQueryDsl, database_error, is_lock_timeout},
    SqlTransaction,
};
use crate::sql::{
    any_of::AnyOf,
    cached::Cached,
    rows::{AnswerRow, IdempotencyRow},
    schema::idempotency_records::{self, api_key_id, created_at, id, key, secret_of},
    types::{SqlId, SqlInstant},
    update::update_rows,
};

/// Deletes up to `limit` records that were made at `over` or before, the oldest first, and tells how many.
pub(super) async fn forget(mut conn: Conn<'_>, over: Timestamp, limit: u16) -> Result<u64, Error> {
    let oldest = idempotency_records::table
        .filter(created_at.le(SqlInstant(over)))
        .order(created_at)
        .limit(i64::from(limit))
        .select(id);
    let delete = diesel::delete(idempotency_records::table.filter(AnyOf(id, oldest)));
    let deleted: QueryResult<usize> = delete.execute(&mut conn).await;
    Ok(deleted.map_err(database_error)? as u64)
}

/// What it means that a record cannot be begun: whoever has the key is waited for as long as for any lock.
fn begin_error(error: diesel::result::Error) -> Error {
    if is_lock_timeout(&error) {
        return Error::Conflict("another request with this idempotency key has not come to its end in time".into());
    }
    database_error(error)
}

#[async_trait]
impl IdempotencyWriter for SqlTransaction<'_> {
    async fn begin_request(
        &mut self,
        record: &IdempotencyRecord,
        over: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, Error> {
        // Someone else's that is not committed yet is waited for; one that is over is replaced.
        let begin = diesel::insert_into(idempotency_records::table)
            .values(IdempotencyRow::from(record))
            .on_conflict((api_key_id, key))
            .do_update()
            .set(IdempotencyRow::from(record));
        // Someone else's that is not committed yet is waited for; one that is over is replaced.
        let begin = methods::FilterDsl::filter(begin, created_at.le(SqlInstant(over)));
        if Cached(begin).execute(&mut self.conn).await.map_err(begin_error)? == 1 {
            return Ok(None);
        }
        let caller = SqlId(record.caller.uuid());
        let of_key = idempotency_records::table.filter(api_key_id.eq(caller).and(key.eq(record.key.as_str())));
        let query = of_key.select(IdempotencyRow::as_select());
        let former: QueryResult<IdempotencyRow> = query.get_result(&mut self.conn).await;
        former.map_err(database_error)?.try_into().map(Some)
    }

    async fn keep_answer(&mut self, record: Uuid, answer: &KeptAnswer) -> Result<(), Error> {
        let update = update_rows(idempotency_records::table.find(SqlId(record)), AnswerRow::from(answer));
        match update.execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(()),
            _ => Err(Error::internal(anyhow::anyhow!("there is no request {record}"))),
        }
    }

    async fn erase_answers_with_secrets_of(&mut self, owner: ApiKeyId) -> Result<(), Error> {
        let held = idempotency_records::table.filter(secret_of.eq(SqlId(owner.uuid())));
        let erase = update_rows(held, AnswerRow::default());
        erase.execute(&mut self.conn).await.map_err(database_error)?;
        Ok(())
    }
}
