//! For a service that authenticates its own callers: whose key does this request show?
//!
//! A [`Verifier`] asks the tenancy service, and can keep what it answered for a few seconds. With the feature `actix`
//! there are a middleware and extractors on top of it, in `tenancy_client::actix`, and with the feature `tower` a
//! layer, in `tenancy_client::tower`.
//!
//! The client of a verifier has a key with the scope `admin:api-keys:verify`, and reaches no further than the keys that
//! it is to verify: that of an organization, say, where all callers are of one. Short time-outs become it; each request
//! waits for it:
//!
//! ```
//! use std::time::Duration;
//! use tenancy_client::{Client, RetryPolicy, verify::{CacheBounds, Verifier}};
//!
//! # fn main() -> Result<(), tenancy_client::Error> {
//! let client = Client::builder("http://127.0.0.1:8080")
//!     .key("tny_…the key of this service…".replace('…', "0"))
//!     .timeout(Duration::from_secs(1))
//!     .retry(RetryPolicy::default().total_time(Duration::from_secs(3)))
//!     .build()?;
//! let verifier = Verifier::new(client).cached(CacheBounds::default());
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```

mod bearer;
mod cache;
mod caller;
mod refusal;
mod verifier;

#[cfg(any(feature = "actix", feature = "tower"))]
mod answer;

#[cfg(any(feature = "actix", feature = "tower"))]
pub(crate) use answer::RefusalAnswer;
pub(crate) use bearer::bearer;
pub use cache::CacheBounds;
pub use caller::Caller;
pub use refusal::Refusal;
pub use verifier::Verifier;
