//! What tells whose key a request shows.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tenancy_api_types::verification::VerifyApiKey;

use super::{
    Caller, Refusal, bearer,
    cache::{Cache, CacheBounds, Known, Moment, Question},
};
use crate::{client::Client, error::DecodeError};

/// What tells whose key a request shows. A clone is cheap and has the same cache.
#[derive(Clone)]
pub struct Verifier {
    client: Client,
    cache: Option<Arc<Mutex<Cache>>>,
}

impl Verifier {
    /// One that asks the service each time: what it tells is never stale.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self { client, cache: None }
    }

    /// The same with a cache of its own; how stale its answers can be, [`CacheBounds`] says.
    #[must_use]
    pub fn cached(self, bounds: CacheBounds) -> Self {
        Self { cache: Some(Arc::new(Mutex::new(Cache::new(bounds)))), ..self }
    }

    /// Whose key this is, if it is valid and has `scope`, where one is asked for.
    ///
    /// # Errors
    /// The reason why the caller is not to be let in.
    pub async fn authenticate(&self, key: &str, scope: Option<&str>) -> Result<Caller, Refusal> {
        let Some(cache) = &self.cache else { return self.ask(key, scope).await };
        let question = Question::new(key, scope);
        let known = locked(cache).get(question, Moment::now());
        match known {
            Known::Caller(caller) => Ok(caller),
            Known::AskAgain(caller) => {
                let (this, key, scope) = (self.clone(), key.to_owned(), scope.map(ToOwned::to_owned));
                // Whoever is told so need not wait: what is known holds until its end, whatever becomes of this.
                tokio::spawn(async move { drop(this.ask_and_keep(question, &key, scope.as_deref()).await) });
                Ok(caller)
            }
            Known::Nothing => self.ask_and_keep(question, key, scope).await,
        }
    }

    /// The same for the `Authorization` headers of a request.
    ///
    /// # Errors
    /// The reason why the caller is not to be let in.
    pub async fn authenticate_headers<'a>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
        scope: Option<&str>,
    ) -> Result<Caller, Refusal> {
        let key = bearer(authorization).ok_or(Refusal::Missing)?;
        self.authenticate(key, scope).await
    }

    /// Forgets all that is kept, for a service that has learnt by another way that something was revoked.
    pub fn forget(&self) {
        if let Some(cache) = &self.cache {
            locked(cache).clear();
        }
    }

    async fn ask_and_keep(&self, question: Question, key: &str, scope: Option<&str>) -> Result<Caller, Refusal> {
        let asked_at = Moment::now().instant;
        let answer = self.ask(key, scope).await;
        if let Some(cache) = &self.cache {
            match &answer {
                Ok(caller) => locked(cache).put(question, caller.clone(), asked_at),
                // That nobody could be asked says nothing about the key.
                Err(Refusal::Unavailable(_)) => {}
                Err(_) => locked(cache).remove(question),
            }
        }
        answer
    }

    async fn ask(&self, key: &str, scope: Option<&str>) -> Result<Caller, Refusal> {
        let mut shown = VerifyApiKey::new(key);
        shown.scope = scope.map(ToOwned::to_owned);
        let (verification, response) = match self.client.api_keys().verify(&shown).send_for_response().await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(%error, "a caller's key could not be verified");
                return Err(Refusal::Unavailable(error));
            }
        };
        if !verification.valid {
            return Err(Refusal::of(verification.code));
        }
        Caller::of(verification).ok_or_else(|| {
            Refusal::Unavailable(DecodeError::new(&response, "the key is valid, and it is not told whose it is").into())
        })
    }
}

/// What is done under the lock cannot fail half-way.
fn locked(cache: &Mutex<Cache>) -> MutexGuard<'_, Cache> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").field("is_cached", &self.cache.is_some()).finish_non_exhaustive()
    }
}
