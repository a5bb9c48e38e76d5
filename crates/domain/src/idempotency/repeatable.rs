//! Use cases that a caller may ask for again.

use std::{fmt, pin::Pin, sync::Arc};

use super::{Answer, Answered, Ended, IdempotencyRecord, KeptAnswer, KeyedRequest, Once, once::MakeAnswer, unit};
use crate::{
    effects::Effects,
    error::Error,
    ids::ApiKeyId,
    sealing::{Sealer, SealingContext, SecretText},
    unit_of_work::{Transaction, WorkFuture},
};

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Run<T> = Box<dyn FnOnce(Attempt<T>) -> Running<Result<Done<T>, Error>> + Send>;

/// A use case that is yet to be run. To await it runs it, as many times as it is asked for;
/// [`answered`](Repeatable::answered) runs it once for all requests with one key.
#[must_use = "it is not run before it is awaited"]
pub struct Repeatable<T>(Run<T>);

/// What a use case came to.
pub(crate) enum Done<T> {
    /// It was run, for a request without a key.
    Now(T),
    /// The request had a key.
    Answered(Answered),
}

/// What a use case is run for.
pub(crate) struct Attempt<T>(Option<Keyed<T>>);

struct Keyed<T> {
    request: KeyedRequest,
    answer: MakeAnswer<T>,
    sealer: Arc<dyn Sealer>,
    secret: Option<SecretOf<T>>,
}

/// The secret that is going to be in the answer, and how it is known whose it is.
struct SecretOf<T> {
    secret: SecretText,
    key: fn(&T) -> ApiKeyId,
}

impl<T: Send + 'static> Repeatable<T> {
    /// The use case that `run` is. It ends with [`Attempt::execute`].
    pub(crate) fn new<F, R>(run: F) -> Self
    where
        F: FnOnce(Attempt<T>) -> R + Send + 'static,
        R: Future<Output = Result<Done<T>, Error>> + Send + 'static,
    {
        Self(Box::new(move |attempt| Box::pin(run(attempt))))
    }

    /// The same use case, but for a caller who is refused: the error of `check`.
    pub(crate) fn unless_refused(self, check: Result<(), Error>) -> Self {
        Self::new(move |attempt| async move {
            check?;
            (self.0)(attempt).await
        })
    }

    /// Runs the use case for a request, and gives the answer to it: where the request has a key that its caller used
    /// before, nothing is done, and the answer is that of the first time.
    ///
    /// # Errors
    /// Those of the use case; [`Error::IdempotencyKeyReused`] when another request had the key; [`Error::Conflict`] when a
    /// request with the key does not end in time, and when its answer is erased.
    pub async fn answered(self, once: Once<T>) -> Result<Answered, Error> {
        let Once { request, answer, sealer } = once;
        let Some(request) = request else {
            let answer = answer(&self.await?);
            return Ok(Answered { answer, is_repeated: false });
        };
        match (self.0)(Attempt(Some(Keyed { request, answer, sealer, secret: None }))).await? {
            Done::Answered(answered) => Ok(answered),
            Done::Now(_) => Err(Error::internal(anyhow::anyhow!("a use case passed over the key of its request"))),
        }
    }
}

impl<T: Send + 'static> IntoFuture for Repeatable<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Running<Result<T, Error>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match (self.0)(Attempt(None)).await? {
                Done::Now(value) => Ok(value),
                Done::Answered(_) => {
                    Err(Error::internal(anyhow::anyhow!("a use case found a key where there is none")))
                }
            }
        })
    }
}

impl<T> fmt::Debug for Repeatable<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Repeatable").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Attempt<T> {
    /// The same, where the answer is going to hold `secret`, of the API key that `key` tells from the result.
    pub(crate) fn with_secret(self, secret: SecretText, key: fn(&T) -> ApiKeyId) -> Self {
        Self(self.0.map(|keyed| Keyed { secret: Some(SecretOf { secret, key }), ..keyed }))
    }

    /// Whether the request has a key, and so its answer is to be kept beside what the use case writes.
    pub(crate) const fn is_keyed(&self) -> bool {
        self.0.is_some()
    }

    /// Runs the unit of work of the use case: the only one that it has, and the last thing that it does.
    ///
    /// # Errors
    /// Those of the unit of work, and those of [`run_once`](unit::run_once).
    pub(crate) async fn execute<W>(self, effects: &Effects, work: W) -> Result<Done<T>, Error>
    where
        W: for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, T> + Send + 'static,
    {
        match self.0 {
            None => effects.execute(work).await.map(Done::Now),
            Some(keyed) => keyed.execute(effects, work).await.map(Done::Answered),
        }
    }
}

impl<T: Send + 'static> Keyed<T> {
    async fn execute<W>(self, effects: &Effects, work: W) -> Result<Answered, Error>
    where
        W: for<'t> FnOnce(&'t mut (dyn Transaction + 't)) -> WorkFuture<'t, T> + Send + 'static,
    {
        let Self { request, answer: make_answer, sealer, secret } = self;
        let (now, organization) = (effects.now(), request.organization);
        let id = effects.id(now);
        // Sealed before the transaction, which must not wait for a source of master keys.
        let sealed = match secret {
            None => None,
            Some(SecretOf { secret, key }) => {
                let place = IdempotencyRecord::place_of_secret(id, organization);
                Some((sealer.seal(&place, &secret).await?, secret, key))
            }
        };
        let keep = move |value: &T| {
            let answer = make_answer(value);
            let kept = match sealed {
                None => KeptAnswer::open(&answer)?,
                Some((sealed, secret, key)) => KeptAnswer::closed(&answer, &secret, sealed, key(value))?,
            };
            Ok((kept, answer))
        };
        let record = IdempotencyRecord::begin(id, request, now);
        match unit::run_once(effects.unit_of_work(), record, keep, work).await? {
            Ended::Now(answer) => Ok(Answered { answer, is_repeated: false }),
            Ended::Before { record, answer: kept } => {
                let place = IdempotencyRecord::place_of_secret(record, organization);
                Ok(Answered { answer: opened(&*sealer, &place, kept).await?, is_repeated: true })
            }
        }
    }
}

async fn opened(sealer: &dyn Sealer, place: &SealingContext, kept: KeptAnswer) -> Result<Answer, Error> {
    let secret = match &kept.secret {
        None => None,
        // The master key was taken away since: as good as erased.
        Some(secret) if !sealer.knows(secret.sealed.master_key_id()) => return Err(KeptAnswer::erased()),
        Some(secret) => Some(sealer.open(place, &secret.sealed).await?),
    };
    kept.whole(secret.as_ref())
}
