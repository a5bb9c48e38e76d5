//! The one route tree: every path of the API, and the handlers of its methods.

use std::collections::BTreeMap;

use actix_web::{
    Scope,
    http::Method,
    web::{self, ServiceConfig},
};

use crate::{
    api::Api,
    api_keys, audit_logs, docs,
    endpoint::Endpoint,
    health, me, members, metrics, openapi, organizations, projects, providers,
    shared::{SharedReads, shared},
    users,
};

/// Every path of the API. One without a gap is taken before those that have one; of these, what comes before the first gap
/// tells which are meant.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::at(organizations::COLLECTION)
            .on(Method::GET, shared(organizations::list))
            .on(Method::POST, organizations::create),
        Endpoint::at(organizations::ITEM)
            .on(Method::GET, organizations::get)
            .on(Method::PATCH, organizations::update)
            .on(Method::DELETE, organizations::delete),
        Endpoint::at(organizations::RESTORE).on(Method::POST, organizations::restore),
        Endpoint::at(organizations::SUSPEND).on(Method::POST, organizations::suspend),
        Endpoint::at(organizations::RESUME).on(Method::POST, organizations::resume),
        Endpoint::at(organizations::PURGE).on(Method::POST, organizations::purge),
        Endpoint::at(projects::COLLECTION).on(Method::GET, shared(projects::list)).on(Method::POST, projects::create),
        Endpoint::at(projects::ITEM)
            .on(Method::GET, projects::get)
            .on(Method::PATCH, projects::update)
            .on(Method::DELETE, projects::delete),
        Endpoint::at(projects::RESTORE).on(Method::POST, projects::restore),
        Endpoint::at(users::COLLECTION).on(Method::GET, shared(users::list)).on(Method::POST, users::create),
        Endpoint::at(users::ITEM)
            .on(Method::GET, users::get)
            .on(Method::PATCH, users::update)
            .on(Method::DELETE, users::delete),
        Endpoint::at(users::ORGANIZATIONS).on(Method::GET, shared(users::organizations)),
        Endpoint::at(members::OF_ORGANIZATION).on(Method::GET, shared(members::list)).on(Method::POST, members::add),
        Endpoint::at(members::ITEM_OF_ORGANIZATION)
            .on(Method::GET, members::get)
            .on(Method::PATCH, members::update)
            .on(Method::DELETE, members::remove),
        Endpoint::at(members::OF_PROJECT)
            .on(Method::GET, shared(members::list_of_project))
            .on(Method::POST, members::add_to_project),
        Endpoint::at(members::ITEM_OF_PROJECT)
            .on(Method::GET, members::get_of_project)
            .on(Method::PATCH, members::update_of_project)
            .on(Method::DELETE, members::remove_from_project),
        Endpoint::at(api_keys::OF_ORGANIZATION).on(Method::GET, shared(api_keys::list_of_organization)),
        Endpoint::at(api_keys::OF_PROJECT).on(Method::GET, shared(api_keys::list_of_project)),
        Endpoint::at(api_keys::OF_USER).on(Method::GET, shared(api_keys::list_of_user)),
        Endpoint::at(api_keys::COLLECTION).on(Method::GET, shared(api_keys::list)).on(Method::POST, api_keys::create),
        Endpoint::at(api_keys::VERIFY).on(Method::POST, api_keys::verify),
        Endpoint::at(api_keys::ITEM)
            .on(Method::GET, api_keys::get)
            .on(Method::PATCH, api_keys::update)
            .on(Method::DELETE, api_keys::revoke),
        Endpoint::at(api_keys::ROTATE).on(Method::POST, api_keys::rotate),
        Endpoint::at(providers::OF_ORGANIZATION).on(Method::GET, shared(providers::list_of_organization)),
        Endpoint::at(providers::OF_PROJECT).on(Method::GET, shared(providers::list_of_project)),
        Endpoint::at(providers::OF_USER).on(Method::GET, shared(providers::list_of_user)),
        Endpoint::at(providers::COLLECTION)
            .on(Method::GET, shared(providers::list))
            .on(Method::POST, providers::create),
        Endpoint::at(providers::ITEM)
            .on(Method::GET, providers::get)
            .on(Method::PATCH, providers::update)
            .on(Method::DELETE, providers::delete),
        Endpoint::at(providers::REVEAL).on(Method::POST, providers::reveal),
        Endpoint::at(audit_logs::COLLECTION).on(Method::GET, audit_logs::list),
        Endpoint::at(audit_logs::ITEM).on(Method::GET, audit_logs::get),
        Endpoint::at(me::PATH).on(Method::GET, me::me),
        Endpoint::at("/livez").on(Method::GET, health::livez),
        Endpoint::at("/health/live").on(Method::GET, health::health_live),
        Endpoint::at("/readyz").on(Method::GET, health::readyz),
        Endpoint::at("/health/ready").on(Method::GET, health::health_ready),
        Endpoint::at("/health").on(Method::GET, health::health),
        Endpoint::at("/metrics").on(Method::GET, metrics::metrics),
        Endpoint::at("/openapi.json").on(Method::GET, openapi::openapi),
        Endpoint::at("/docs").on(Method::GET, docs::docs),
        Endpoint::at("/docs/{file}").on(Method::GET, docs::docs_file),
    ]
}

/// Mounts every path of the API, for `App::configure` or `Scope::configure`.
pub fn configure(api: Api) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(api).app_data(SharedReads::default());
        // Whether a path has some form is found out by an automaton, which takes time, and memory in each worker. So paths
        // as they stand come first, and what begins with the same form is looked for beneath that.
        let mut with_gaps: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for endpoint in endpoints() {
            match endpoint.first_gap() {
                Some(prefix) => with_gaps.entry(prefix).or_default().push(endpoint.beneath(prefix)),
                None => _ = config.service(endpoint),
            }
        }
        for (prefix, endpoints) in with_gaps {
            config.service(endpoints.into_iter().fold(web::scope(prefix), Scope::service));
        }
    }
}
