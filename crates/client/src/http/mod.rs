//! HTTP: one request and its answer, and the repetition of what failed.

mod header;
mod open_response;
mod path;
mod redirects;
mod request;
mod response;
mod retry_after;
mod tls;
mod transport;

pub(crate) use header::{ETAG, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED, IF_MATCH, IF_NONE_MATCH, bearer, visible};
pub(crate) use open_response::OpenResponse;
pub(crate) use path::{BaseUrl, Path};
pub(crate) use redirects::redirects;
#[cfg(any(feature = "actix", feature = "tower"))]
pub(crate) use request::is_request_id;
pub(crate) use request::{Repeat, Request};
pub(crate) use response::Response;
pub(crate) use tls::Roots;
pub(crate) use transport::Transport;
