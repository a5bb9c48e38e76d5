//! A unit of work that is run once for all requests with one key.

use uuid::Uuid;

use super::{IdempotencyRecord, KeptAnswer};
use crate::{
    error::Error,
    unit_of_work::{Outcome, Transaction, UnitOfWork, UnitOfWorkExt, WorkFuture},
};

/// Proof that nothing was written but the answer to a request: made here alone.
#[derive(Debug)]
pub struct AnswerOnly(());

/// How a request with a key ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<R> {
    /// The unit of work was run, and its answer is kept.
    Now(R),
    /// It was run before.
    Before {
        /// The record of that request.
        record: Uuid,
        /// What it was answered with.
        answer: KeptAnswer,
    },
}

/// Runs `work` for the request that `record` is of, and keeps in its transaction the answer that `answer` makes of its
/// value; also where the unit of work changes nothing. What `answer` makes beside it is given back. Where the request was
/// answered before, nothing is run.
///
/// # Errors
/// [`Error::IdempotencyKeyReused`] when another request had the key; [`Error::Conflict`] when a request with the key does
/// not end in time, and when its answer is erased; those of `work` and of `answer`, and then nothing is kept.
pub async fn run_once<T, R, A, W>(
    unit_of_work: &dyn UnitOfWork,
    record: IdempotencyRecord,
    answer: A,
    work: W,
) -> Result<Ended<R>, Error>
where
    T: Send + 'static,
    R: Send + 'static,
    A: FnOnce(&T) -> Result<(KeptAnswer, R), Error> + Send + 'static,
    W: for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, T> + Send + 'static,
{
    unit_of_work
        .execute(move |transaction| {
            Box::pin(async move {
                let over = IdempotencyRecord::end_of_those_over(record.created_at);
                if let Some(former) = transaction.begin_request(&record, over).await? {
                    let (former, answer) = (former.id, former.answer_again(record.fingerprint)?);
                    return Ok(Outcome::Unchanged(Ended::Before { record: former, answer }));
                }
                let (value, records) = match work(&mut *transaction).await? {
                    Outcome::Changed(value, records) => (value, Some(records)),
                    Outcome::Unchanged(value) | Outcome::Answered(value, _) => (value, None),
                };
                let (answer, beside) = answer(&value)?;
                transaction.keep_answer(record.id, &answer).await?;
                Ok(match records {
                    Some(records) => Outcome::Changed(Ended::Now(beside), records),
                    None => Outcome::Answered(Ended::Now(beside), AnswerOnly(())),
                })
            })
        })
        .await
}
