//! The answer to a caller who is not let in, whatever serves it.

use tenancy_api_types::errors::{ErrorBody, ErrorEnvelope};
use uuid::Uuid;

use super::Refusal;
use crate::http::is_request_id;

/// The answer to a caller who is not let in: in the form of tenancy's own errors.
#[derive(Debug)]
pub(crate) struct RefusalAnswer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl RefusalAnswer {
    /// The answer to a request that came with this `X-Request-Id`.
    pub(crate) fn new(refusal: &Refusal, request_id: Option<&[u8]>) -> Self {
        let sent = request_id.and_then(|id| str::from_utf8(id).ok()).filter(|id| is_request_id(id));
        let request_id = sent.map_or_else(|| Uuid::new_v4().to_string(), ToOwned::to_owned);
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("cache-control", "no-store".to_owned()),
            ("x-request-id", request_id.clone()),
        ];
        if refusal.status() == 401 {
            headers.push(("www-authenticate", "Bearer".to_owned()));
        }
        if let Some(wait) = refusal.retry_after() {
            // Up, so that nobody comes too early.
            headers.push(("retry-after", wait.as_millis().div_ceil(1000).to_string()));
        }
        let code = refusal.code();
        let error = ErrorBody {
            r#type: code.error_type(),
            code,
            message: refusal.message().to_owned(),
            param: None,
            request_id,
        };
        let body = serde_json::to_string(&ErrorEnvelope { error }).unwrap_or_default();
        Self { status: refusal.status(), headers, body }
    }
}
