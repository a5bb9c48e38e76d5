//! How a transport asks for a use case that may be asked for again.

use std::{fmt, sync::Arc};

use super::{Answer, Fingerprint, IdempotencyKey};
use crate::{
    ids::{ApiKeyId, OrganizationId},
    sealing::Sealer,
};

/// A request that its caller has given a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// The API key that it is made with.
    pub caller: ApiKeyId,
    /// The organization that this API key belongs to, itself or as what the key's owner is beneath.
    pub organization: Option<OrganizationId>,
    /// The key that the caller gave it.
    pub key: IdempotencyKey,
    /// What tells it from other requests.
    pub fingerprint: Fingerprint,
}

pub(super) type MakeAnswer<T> = Box<dyn FnOnce(&T) -> Answer + Send>;

/// How a use case with the result `T` is answered, and for which request.
pub struct Once<T> {
    pub(super) request: Option<KeyedRequest>,
    pub(super) answer: MakeAnswer<T>,
    pub(super) sealer: Arc<dyn Sealer>,
}

impl<T> Once<T> {
    /// The answer that `answer` makes of the result. Where the request has a key, it is made while the transaction of the
    /// change is open, and kept there; `answer` must not wait for anything. `sealer` seals the secret of an answer.
    pub fn new(
        request: Option<KeyedRequest>,
        sealer: Arc<dyn Sealer>,
        answer: impl FnOnce(&T) -> Answer + Send + 'static,
    ) -> Self {
        Self { request, answer: Box::new(answer), sealer }
    }
}

impl<T> fmt::Debug for Once<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Once").field("request", &self.request).finish_non_exhaustive()
    }
}
