//! How an answer leaves: with its headers, and an error in the form that the caller wants.

use std::fmt;

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap,
            HeaderValue, LOCATION, X_CONTENT_TYPE_OPTIONS,
        },
    },
};
use tenancy_api_types::errors::{ErrorBody, ErrorEnvelope, Problem};

use super::{RequestId, exchange::Exchange, moved, request_id::X_REQUEST_ID};
use crate::{endpoint::RouteTemplate, error::ApiError};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const NO_SOURCES: HeaderValue = HeaderValue::from_static("default-src 'none'");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Completes `response` and ends its exchange.
pub(super) fn finish<B: MessageBody>(
    exchange: &Exchange,
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B>> {
    let status = response.status();
    let route = response.request().app_data::<RouteTemplate>().copied();
    let mut finished = if is_error(status) {
        let error = response.response().error().map_or_else(|| ApiError::of_status(status, None), error_of);
        if let Some(location) = error.moved_to().and_then(|slug| moved::location(response.request(), slug)) {
            exchange.end(StatusCode::PERMANENT_REDIRECT, route, None);
            redirect(response, location)
        } else {
            exchange.end(status, route, Some(&error));
            let form = Form::of(exchange);
            // The headers stay: another layer's `Allow` or `Retry-After` is as good as ours.
            let mut answer = response.map_body(|_, _| EitherBody::right(BoxBody::new(form.body(&error, status))));
            form.add_headers(answer.headers_mut());
            answer
        }
    } else {
        exchange.end(status, route, None);
        response.map_into_left_body()
    };
    add_headers(finished.headers_mut(), exchange.request_id());
    finished
}

/// The answer that leads on to `location`, in the place of an error.
fn redirect<B: MessageBody>(response: ServiceResponse<B>, location: HeaderValue) -> ServiceResponse<EitherBody<B>> {
    let mut answer = response.map_body(|head, _| {
        head.status = StatusCode::PERMANENT_REDIRECT;
        EitherBody::right(BoxBody::new(()))
    });
    answer.headers_mut().insert(LOCATION, location);
    answer
}

/// An error that is of this crate, or what another layer's comes to.
pub(super) fn error_of(error: &Error) -> ApiError {
    error.as_error::<ApiError>().cloned().unwrap_or_else(|| {
        let status = error.as_response_error().status_code();
        ApiError::of_status(if is_error(status) { status } else { StatusCode::INTERNAL_SERVER_ERROR }, Some(error))
    })
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// The form that an error is given in.
#[derive(Debug)]
struct Form {
    request_id: RequestId,
    is_problem: bool,
}

impl Form {
    fn of(exchange: &Exchange) -> Self {
        Self { request_id: exchange.request_id().clone(), is_problem: exchange.wants_problem() }
    }

    fn body(&self, error: &ApiError, status: StatusCode) -> Vec<u8> {
        let (code, error_type) = (error.code(), error.code().error_type());
        let (message, param) = (error.message().to_owned(), error.param().map(str::to_owned));
        let request_id = self.request_id.as_str().to_owned();
        let written = if self.is_problem {
            serde_json::to_vec(&Problem {
                r#type: "about:blank".to_owned(),
                title: status.canonical_reason().unwrap_or("Error").to_owned(),
                status: status.as_u16(),
                detail: message,
                error_type,
                code,
                param,
                request_id,
            })
        } else {
            let error = ErrorBody { r#type: error_type, code, message, param, request_id };
            serde_json::to_vec(&ErrorEnvelope { error })
        };
        // These types are strings and numbers, which serialization cannot refuse.
        written.unwrap_or_default()
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        // They told of the body that was there before.
        headers.remove(CONTENT_LENGTH);
        headers.remove(CONTENT_ENCODING);
        headers.insert(CONTENT_TYPE, if self.is_problem { PROBLEM_JSON } else { JSON });
    }
}

/// What every answer carries. Where a page has said otherwise of its caching or its sources, that stands.
fn add_headers(headers: &mut HeaderMap, request_id: &RequestId) {
    headers.insert(X_REQUEST_ID, request_id.header_value());
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let caching = if headers.contains_key(ETAG) { REVALIDATE } else { NO_STORE };
    for (name, value) in [(CACHE_CONTROL, caching), (CONTENT_SECURITY_POLICY, NO_SOURCES)] {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}

/// An error that knows its answer, for where there is no request left to answer.
#[derive(Debug)]
pub(super) struct Unanswered {
    error: ApiError,
    form: Form,
}

impl Unanswered {
    /// Ends the exchange.
    pub(super) fn new(exchange: &Exchange, error: ApiError) -> Self {
        // Which route it took is known to the request alone, and that is gone.
        exchange.end(error.status_code(), None, Some(&error));
        Self { error, form: Form::of(exchange) }
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, formatter)
    }
}

impl ResponseError for Unanswered {
    fn status_code(&self) -> StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response =
            self.error.error_response().set_body(BoxBody::new(self.form.body(&self.error, self.status_code())));
        self.form.add_headers(response.headers_mut());
        add_headers(response.headers_mut(), &self.form.request_id);
        response
    }
}
