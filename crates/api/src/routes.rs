//! The one route tree: every path of the API, and the handlers of its methods.

use actix_web::{http::Method, web::ServiceConfig};

use crate::{api::Api, endpoint::Endpoint, health, metrics, openapi, organizations};

/// Every path of the API.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::at(organizations::COLLECTION)
            .on(Method::GET, organizations::list)
            .on(Method::POST, organizations::create),
        Endpoint::at(organizations::ITEM)
            .on(Method::GET, organizations::get)
            .on(Method::PATCH, organizations::update)
            .on(Method::DELETE, organizations::delete),
        Endpoint::at("/livez").on(Method::GET, health::livez),
        Endpoint::at("/health/live").on(Method::GET, health::health_live),
        Endpoint::at("/readyz").on(Method::GET, health::readyz),
        Endpoint::at("/health/ready").on(Method::GET, health::health_ready),
        Endpoint::at("/health").on(Method::GET, health::health),
        Endpoint::at("/metrics").on(Method::GET, metrics::metrics),
        Endpoint::at("/openapi.json").on(Method::GET, openapi::openapi),
    ]
}

/// Mounts every path of the API, for `App::configure` or `Scope::configure`.
pub fn configure(api: Api) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(api);
        for endpoint in endpoints() {
            config.service(endpoint);
        }
    }
}
