//! Requests that may be sent again by a caller that got no answer.
//!
//! A caller gives a request a key of its own making. What the first request with a key is answered with is kept in the
//! transaction of its change, and given again to every further one for [a day](LIFETIME_MILLISECONDS): so a change that
//! took place is never without its answer, and none takes place twice. A request that fails keeps nothing, and may be sent
//! again as if for the first time.
//!
//! How an answer looks is up to the transport: the core gives it the result while the transaction is open ([`Once`]), and
//! keeps what it makes of it ([`Answer`]). A secret in it is cut out and sealed; it opens as long as the secret is the key's
//! own.

mod answer;
mod fingerprint;
mod key;
mod once;
mod record;
mod repeatable;
mod repository;
mod service;
mod unit;

pub use answer::{Answer, Answered};
pub use fingerprint::Fingerprint;
pub use key::IdempotencyKey;
pub use once::{KeyedRequest, Once};
pub use record::{IdempotencyRecord, KeptAnswer, KeptSecret, LIFETIME_MILLISECONDS};
pub use repeatable::Repeatable;
pub use repository::{IdempotencyRepository, IdempotencyWriter};
pub use service::IdempotencyService;
pub use unit::{AnswerOnly, Ended, run_once};

pub(crate) use repeatable::{Attempt, Done};
