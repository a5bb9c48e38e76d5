//! The one route tree: every path of the API, and the handlers of its methods.

use actix_web::{http::Method, web::ServiceConfig};

use crate::{api::Api, api_keys, endpoint::Endpoint, health, me, metrics, openapi, organizations};

/// Every path of the API. The first that matches a request is the one that it takes.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::at(organizations::COLLECTION)
            .on(Method::GET, organizations::list)
            .on(Method::POST, organizations::create),
        Endpoint::at(organizations::ITEM)
            .on(Method::GET, organizations::get)
            .on(Method::PATCH, organizations::update)
            .on(Method::DELETE, organizations::delete),
        Endpoint::at(api_keys::OF_ORGANIZATION).on(Method::GET, api_keys::list_of_organization),
        Endpoint::at(api_keys::COLLECTION).on(Method::GET, api_keys::list).on(Method::POST, api_keys::create),
        Endpoint::at(api_keys::VERIFY).on(Method::POST, api_keys::verify),
        Endpoint::at(api_keys::ITEM)
            .on(Method::GET, api_keys::get)
            .on(Method::PATCH, api_keys::update)
            .on(Method::DELETE, api_keys::revoke),
        Endpoint::at(api_keys::ROTATE).on(Method::POST, api_keys::rotate),
        Endpoint::at(me::PATH).on(Method::GET, me::me),
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
