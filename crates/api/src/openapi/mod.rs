//! The `OpenAPI` document of exactly what runs, and `/openapi.json`.
//!
//! Each operation is documented beside its handler. What several have in common is here: the [errors](responses), the
//! [things that examples show](examples), what makes [writing safe](safe_writes), and the headers that every answer
//! carries.

pub(crate) mod examples;
pub(crate) mod parameters;
pub(crate) mod responses;
mod safe_writes;

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header::ContentType, web::Bytes};
use tenancy_api_types::{
    api_keys::RotateApiKey,
    errors::{ErrorEnvelope, Problem},
    fields::schema,
    nothing::Nothing,
    organizations::RestoreOrganization,
    projects::RestoreProject,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, HeaderBuilder, InfoBuilder, LicenseBuilder, OneOfBuilder, Ref, RefOr,
        path::{HttpMethod, Operation},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{api_keys, audit_logs, docs, health, me, members, metrics, organizations, projects, providers, users};

#[derive(OpenApi)]
#[openapi(
    paths(
        organizations::list,
        organizations::create,
        organizations::get,
        organizations::update,
        organizations::delete,
        organizations::restore,
        organizations::suspend,
        organizations::resume,
        organizations::purge,
        projects::list,
        projects::create,
        projects::get,
        projects::update,
        projects::delete,
        projects::restore,
        users::list,
        users::create,
        users::get,
        users::update,
        users::delete,
        users::organizations,
        members::list,
        members::add,
        members::get,
        members::update,
        members::remove,
        members::list_of_project,
        members::add_to_project,
        members::get_of_project,
        members::update_of_project,
        members::remove_from_project,
        api_keys::list_of_organization,
        api_keys::list_of_project,
        api_keys::list_of_user,
        api_keys::list,
        api_keys::create,
        api_keys::verify,
        api_keys::get,
        api_keys::update,
        api_keys::revoke,
        api_keys::rotate,
        providers::list_of_organization,
        providers::list_of_project,
        providers::list_of_user,
        providers::list,
        providers::create,
        providers::get,
        providers::update,
        providers::delete,
        providers::reveal,
        audit_logs::list,
        audit_logs::get,
        me::me,
        health::livez,
        health::readyz,
        health::health_live,
        health::health_ready,
        health::health,
        metrics::metrics,
        openapi,
        docs::docs,
        docs::docs_file,
    ),
    components(schemas(ErrorEnvelope, Problem, Nothing, RestoreOrganization, RestoreProject, RotateApiKey)),
    modifiers(&Common),
    tags(
        (
            name = organizations::TAG,
            description = "Organizations are the top level of tenancy: projects, users, API keys and provider \
                           configurations are beneath them.",
        ),
        (
            name = projects::TAG,
            description = "Projects are what an organization divides its work into.",
        ),
        (
            name = users::TAG,
            description = "Users belong to the installation, not to a tenant, and can be members of any number of \
                           organizations. What is done with them takes a system key.",
        ),
        (
            name = members::TAG,
            description = "Members are the users of an organization or of a project. In an organization the role decides \
                           what the user's own API keys may do there: a `member` reads, an `admin` writes all but who \
                           owns the organization and its deletion, an `owner` may do everything. In a project it is \
                           for other services to heed.",
        ),
        (
            name = api_keys::TAG,
            description = "API keys are what callers show to be let in: this service's own callers, and those of other \
                           services, which verify them here.",
        ),
        (
            name = providers::TAG,
            description = "Dynamic providers are configurations of what others provide: where it is reached, what else its \
                           callers must know, and the key that it asks for, which is encrypted at rest.",
        ),
        (
            name = audit_logs::TAG,
            description = "The audit log has an entry for each change, written together with it: who did what, when and \
                           from where. A system key sees all of it; an organization's key what concerns the \
                           organization, a project's what concerns the project; a user's what concerns the \
                           organizations in which the user is an `admin` or an `owner`. The entries of a deleted \
                           organization are for system keys alone.",
        ),
        (name = me::TAG, description = "What a caller is told of itself."),
        (name = "Operations", description = "What operates the service itself; takes no credentials."),
    ),
)]
struct Document;

/// What no operation says for itself.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut openapi::OpenApi) {
        document.info = InfoBuilder::new()
            .title("tenancy")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(
                "The multi-tenancy control plane.\n\nHEAD is answered wherever GET is, with the same headers. Every \
                 answer with a status of 400 or more is the error envelope, or with `Accept: \
                 application/problem+json` the same facts as RFC 9457.",
            ))
            .license(Some(
                LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build(),
            ))
            .build();

        let components = document.components.get_or_insert_default();
        components.responses.extend(responses::components());
        // Derived, they have what was deleted written out, and the clients that are made from the document would have two
        // types for one thing.
        for (name, schema) in &mut components.schemas {
            if let Some(deleted) = name.strip_prefix("Deletion_") {
                *schema = OneOfBuilder::new()
                    .item(Ref::from_schema_name("DryRun"))
                    .item(Ref::from_schema_name(deleted))
                    .description(Some("The answer to a deletion, which may have been a dry run."))
                    .into();
            }
        }
        safe_writes::add_to(components);
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, sent as `Authorization: Bearer tny_…`."))
            .build();
        components.security_schemes.insert("api_key".to_owned(), SecurityScheme::Http(bearer).into());

        for (_, path) in document.paths.paths.iter_mut().filter(|(path, _)| path.starts_with(organizations::ITEM)) {
            if let Some(get) = &mut path.get {
                let (status, response) = responses::moved_reference();
                get.responses.responses.insert(status, response);
            }
        }

        document.paths.paths.values_mut().flat_map(operations).for_each(safe_writes::describe);
        let inline = document
            .paths
            .paths
            .values_mut()
            .flat_map(operations)
            .flat_map(|(_, operation)| operation.responses.responses.values_mut());
        for response in inline.chain(components.responses.values_mut()) {
            if let RefOr::T(response) = response {
                let header = HeaderBuilder::new().schema(Some(schema::request_id())).description(Some(
                    "The request's id: that of the request's own `X-Request-Id` where it has a good one, else a new \
                     one.",
                ));
                response.headers.insert("X-Request-Id".to_owned(), header.build().into());
            }
        }
    }
}

fn operations(path: &mut openapi::PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let openapi::PathItem { get, post, patch, delete, .. } = path;
    let methods = [HttpMethod::Get, HttpMethod::Post, HttpMethod::Patch, HttpMethod::Delete];
    methods.into_iter().zip([get, post, patch, delete]).filter_map(|(method, found)| Some((method, found.as_mut()?)))
}

/// The document as JSON, with line breaks and in a stable order: it can be checked in, and drift shows as a diff.
#[must_use]
pub fn document() -> String {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let json = Document::openapi().to_pretty_json();
        json.expect("the document consists of strings, numbers and maps by string") + "\n"
    });
    DOCUMENT.clone()
}

/// This document.
///
/// OpenAPI 3.1, generated from the code that serves it.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "get_openapi",
    tag = "Operations",
    responses(
        (
            status = 200,
            description = "The document.",
            body = Object,
            example = json!({"openapi": "3.1.0"}),
        ),
        responses::Common,
    ),
)]
pub(crate) async fn openapi() -> HttpResponse {
    static BYTES: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document()));
    HttpResponse::Ok().content_type(ContentType::json()).body(BYTES.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::routes;

    fn parsed() -> Value {
        serde_json::from_str(&document()).unwrap()
    }

    /// What `value` refers to, or itself.
    fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    fn documented(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
        document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
        })
    }

    #[test]
    fn the_document_lists_what_is_routed_and_nothing_else() {
        let document = parsed();
        let documented: BTreeSet<_> =
            documented(&document).map(|(method, path, _)| (method.clone(), path.clone())).collect();
        let endpoints = routes::endpoints();
        let routed: BTreeSet<_> = endpoints
            .iter()
            .flat_map(|endpoint| endpoint.operations().map(|(method, path)| (method, path.to_owned())))
            .collect();
        assert_eq!(documented, routed);
    }

    #[test]
    fn it_is_openapi_3_1() {
        assert_eq!(parsed()["openapi"], "3.1.0");
    }

    #[test]
    fn every_operation_is_described_and_every_answer_has_a_request_id() {
        let document = parsed();
        let mut ids = BTreeSet::new();
        for (method, path, operation) in documented(&document) {
            for member in ["operationId", "summary", "description", "tags"] {
                assert!(!operation[member].is_null(), "{method} {path} has no {member}");
            }
            assert!(ids.insert(operation["operationId"].as_str()), "{method} {path} shares its operationId");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let description = &resolved(&document, parameter)["description"];
                assert!(!description.is_null(), "{method} {path}: {parameter}");
            }
            let secured = !operation["security"].is_null();
            assert_eq!(secured, path.starts_with("/admin/"), "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolved(&document, response);
                assert!(!response["headers"]["X-Request-Id"].is_null(), "{method} {path} {status}");
                assert!(!response["description"].is_null(), "{method} {path} {status}");
                // What has not changed, or is elsewhere, is not given.
                assert_eq!(response["content"].is_null(), status.starts_with('3'), "{method} {path} {status}");
                for media in response["content"].as_object().into_iter().flat_map(|content| content.values()) {
                    let has_example = !media["example"].is_null() || !media["examples"].is_null();
                    assert!(has_example, "{method} {path} {status}");
                }
            }
        }
    }

    #[test]
    fn only_a_post_that_acts_may_do_without_its_body_which_is_never_null() {
        let document = parsed();
        for (method, path, operation) in documented(&document) {
            let body = &operation["requestBody"];
            if !body.is_null() {
                let acts = [
                    api_keys::ROTATE,
                    organizations::RESTORE,
                    organizations::SUSPEND,
                    organizations::RESUME,
                    organizations::PURGE,
                    projects::RESTORE,
                    providers::REVEAL,
                ];
                let acts = acts.contains(&path.as_str());
                assert_eq!(body["required"] == true, !acts, "{method} {path}");
                assert!(body["content"]["application/json"]["schema"]["$ref"].is_string(), "{method} {path}");
            }
        }
    }

    #[test]
    fn what_is_looked_at_beneath_an_organization_may_have_moved() {
        let document = parsed();
        for (method, path, operation) in documented(&document) {
            let is_beneath = method == "get" && path.starts_with(organizations::ITEM);
            assert_eq!(!operation["responses"]["308"].is_null(), is_beneath, "{method} {path}");
        }
        let headers = &document["components"]["responses"]["Moved"]["headers"];
        assert!(!headers["Location"].is_null() && !headers["X-Request-Id"].is_null(), "{headers}");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(document: &Value, value: &Value) {
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        if let ("$ref", Some(reference)) = (name.as_str(), member.as_str()) {
                            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                        }
                        walk(document, member);
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| walk(document, item)),
                _ => {}
            }
        }
        let document = parsed();
        walk(&document, &document);
    }
}
