//! A request and its answer: what is known of the request, and what is logged and counted once it is answered.

use std::time::Instant;

use actix_web::{
    dev::ServiceRequest,
    http::{Method, StatusCode, Uri},
};

use super::{RequestId, accept};
use crate::{
    api::Api, endpoint::RouteTemplate, error::ApiError, metrics::ActiveRequest, withheld::unless_it_holds_a_key,
};

/// A request that is being answered. It is kept apart from the request itself, which is handed to the inner service
/// and must not be shared meanwhile: actix-web writes to it while it routes.
pub(super) struct Exchange {
    api: Api,
    request_id: RequestId,
    method: Method,
    uri: Uri,
    wants_problem: bool,
    started: Instant,
    _active: ActiveRequest,
}

impl Exchange {
    /// Begins to count and to time `request`.
    pub(super) fn begin(api: &Api, request: &ServiceRequest) -> Self {
        Self {
            request_id: RequestId::of(request.headers(), api),
            method: request.method().clone(),
            uri: request.uri().clone(),
            wants_problem: accept::wants_problem(request.headers()),
            started: Instant::now(),
            _active: api.metrics().begin(request.method()),
            api: api.clone(),
        }
    }

    pub(super) fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    pub(super) fn wants_problem(&self) -> bool {
        self.wants_problem
    }

    /// Logs and counts the answer. Neither the query nor any header is logged: they may hold what is nobody's business.
    pub(super) fn end(&self, status: StatusCode, route: Option<RouteTemplate>, error: Option<&ApiError>) {
        let elapsed = self.started.elapsed();
        let (request_id, method, path, status_code) =
            (self.request_id.as_str(), self.method.as_str(), unless_it_holds_a_key(self.uri.path()), status.as_u16());
        if status.is_server_error() {
            let cause = error.and_then(ApiError::cause).unwrap_or_default();
            let message = error.map(ApiError::message).unwrap_or_default();
            tracing::error!(request_id, method, path, status_code, cause, "request failed: {message}");
        } else {
            tracing::debug!(request_id, method, path, status_code, ?elapsed, "request answered");
        }
        self.api.metrics().observe(&self.method, route, status, elapsed);
    }
}

/// The size of a request's head as HTTP/1.1 writes it: the request line, and each header with its colon and line break.
pub(super) fn head_bytes(request: &ServiceRequest) -> usize {
    let uri = request.uri();
    let target = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    request.method().as_str().len() + target + headers.sum::<usize>()
}
