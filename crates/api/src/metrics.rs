//! `/metrics`: how many requests there are and how long they take, by the names that OpenTelemetry gives them.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{Method, StatusCode},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::{api::Api, endpoint::RouteTemplate, error::ApiError, openapi::responses};

/// The media type of the exposition format.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The route of a request that no template matches, or whose handler never answered. One label for all of them: their
/// paths are the callers' to choose, and so without number.
const NO_ROUTE: &str = "_OTHER";

/// The bounds of the buckets, in seconds, that OpenTelemetry's semantic conventions advise.
const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

type DurationFamily = Family<Answered, Histogram, fn() -> Histogram>;

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    durations: DurationFamily,
    active: Family<Active, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the fields are the labels, by OpenTelemetry's names")]
struct Answered {
    http_request_method: &'static str,
    http_route: &'static str,
    http_response_status_code: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Active {
    http_request_method: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let durations = DurationFamily::new_with_constructor(|| Histogram::new(BUCKETS));
        registry.register_with_unit(
            "http_server_request_duration",
            "How long requests took, from their head to the head of their answer",
            Unit::Seconds,
            durations.clone(),
        );
        let active = Family::<Active, Gauge>::default();
        registry.register("http_server_active_requests", "How many requests are being answered", active.clone());
        Self { registry, durations, active }
    }

    /// Counts a request as active until what is given back is dropped: also when the caller goes away meanwhile.
    pub(crate) fn begin(&self, method: &Method) -> ActiveRequest {
        let gauge = self.active.get_or_create_owned(&Active { http_request_method: known(method) });
        gauge.inc();
        ActiveRequest(gauge)
    }

    /// Counts an answer.
    pub(crate) fn observe(&self, method: &Method, route: Option<RouteTemplate>, status: StatusCode, elapsed: Duration) {
        let labels = Answered {
            http_request_method: known(method),
            http_route: route.map_or(NO_ROUTE, |RouteTemplate(template)| template),
            http_response_status_code: status.as_u16(),
        };
        self.durations.get_or_create(&labels).observe(elapsed.as_secs_f64());
    }

    fn exposition(&self) -> Result<String, ApiError> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(text)
    }
}

/// A request that is being answered.
pub(crate) struct ActiveRequest(Gauge);

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The method as a label. A caller may make methods up without end; all of those are one.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "_OTHER",
    }
}

/// Counts and times of requests.
///
/// For Prometheus, in the `OpenMetrics` text format: `http_server_request_duration_seconds` and
/// `http_server_active_requests`, as OpenTelemetry names them. Routes are told by their templates, never with ids.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "get_metrics",
    tag = "Operations",
    responses(
        (
            status = 200,
            description = "The metrics.",
            body = String,
            content_type = "application/openmetrics-text",
            example = json!("# TYPE http_server_active_requests gauge\n# EOF\n"),
        ),
        responses::Common,
    ),
)]
pub(crate) async fn metrics(api: Api) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().content_type(OPENMETRICS).body(api.metrics().exposition()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded_and_gauges_fall_again() {
        let metrics = Metrics::new();
        let request = metrics.begin(&Method::GET);
        metrics.observe(&Method::GET, Some(RouteTemplate("/things/{id}")), StatusCode::OK, Duration::from_millis(20));
        let made_up = Method::from_bytes(b"BREW").unwrap();
        metrics.observe(&made_up, None, StatusCode::NOT_FOUND, Duration::ZERO);
        let busy = metrics.exposition().unwrap();
        assert!(busy.contains(r#"http_server_active_requests{http_request_method="GET"} 1"#), "{busy}");
        for (method, route, status) in [("GET", "/things/{id}", 200), ("_OTHER", "_OTHER", 404)] {
            let labels =
                format!(r#"http_request_method="{method}",http_route="{route}",http_response_status_code="{status}""#);
            let line = format!("http_server_request_duration_seconds_count{{{labels}}} 1");
            assert!(busy.contains(&line), "{line} in {busy}");
        }

        drop(request);
        let idle = metrics.exposition().unwrap();
        assert!(idle.contains(r#"http_server_active_requests{http_request_method="GET"} 0"#), "{idle}");
    }
}
