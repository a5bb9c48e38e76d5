//! What the document says of safe writes. It follows from what an operation answers with, so that no operation says it
//! for itself.

use tenancy_api_types::{
    api_keys::ApiKey, audit_logs::AuditLogEntry, fields::IDEMPOTENCY_KEY_MAX_LENGTH, me::Me, members::Member,
    organizations::Organization, projects::Project, providers::DynamicProvider, users::User,
};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{
        Components, Content, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
        path::{HttpMethod, Operation, Parameter},
    },
};

use super::{
    parameters::header_parameter,
    responses::{Conflict, IdempotencyKeyReused, PreconditionFailed},
};

/// The name of the answer without a body.
const NOT_MODIFIED: &str = "NotModified";
/// Where a document has the parameters that operations refer to.
const PARAMETERS: &str = "#/components/parameters/";

/// The POSTs that take no `Idempotency-Key`: what they tell is not kept.
const NOT_KEPT: [&str; 2] = ["reveal_dynamic_provider", "verify_api_key"];

/// The things whose states have tags.
fn is_tagged(name: &str) -> bool {
    [
        Organization::name(),
        Project::name(),
        User::name(),
        Member::name(),
        ApiKey::name(),
        DynamicProvider::name(),
        AuditLogEntry::name(),
        Me::name(),
    ]
    .iter()
    .any(|tagged| tagged == name)
}

/// Adds to an operation what it has in common with the others.
pub(super) fn describe((method, operation): (HttpMethod, &mut Operation)) {
    let mut gives_thing = false;
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with('2')
            && holds_tagged(response)
        {
            response.headers.insert("ETag".to_owned(), tag().into());
            gives_thing = true;
        }
    }
    let is_kept = operation.operation_id.as_deref().is_some_and(|id| !NOT_KEPT.contains(&id));
    if matches!(method, HttpMethod::Post) && operation.security.is_some() && is_kept {
        describe_key(operation);
    }
    let reads = matches!(method, HttpMethod::Get) && gives_thing;
    if reads {
        operation.responses.responses.insert("304".to_owned(), Ref::from_response_name(NOT_MODIFIED).into());
    }
    if reads || matches!(method, HttpMethod::Patch | HttpMethod::Delete) {
        operation.responses.responses.extend(PreconditionFailed::responses());
    }
    if operation.responses.responses.contains_key("412") {
        let references = preconditions().map(|parameter| reference(&parameter));
        operation.parameters.get_or_insert_default().extend(references);
    }
}

/// Adds to a POST what comes with a key of its caller's.
fn describe_key(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && status.starts_with('2')
        {
            let says = "`true` on an answer that was given before, to a request with the same `Idempotency-Key`.";
            let header = HeaderBuilder::new().description(Some(says)).build();
            response.headers.insert("Idempotency-Replayed".to_owned(), header.into());
        }
    }
    responses.extend(IdempotencyKeyReused::responses());
    for (status, conflict) in Conflict::responses() {
        responses.entry(status).or_insert(conflict);
    }
    operation.parameters.get_or_insert_default().push(reference(&key()));
}

fn reference(parameter: &Parameter) -> RefOr<Parameter> {
    RefOr::Ref(Ref::new(format!("{PARAMETERS}{}", parameter.name)))
}

/// The header that a caller gives a request a key in.
fn key() -> Parameter {
    header_parameter(
        "Idempotency-Key",
        "A key of the caller's own making, for a request that it may send again: for a day, each further request with the \
         key and the same method, path, query and body is given the answer of the first, and does nothing.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(IDEMPOTENCY_KEY_MAX_LENGTH))
            .pattern(Some("^[!-~]*$"))
            .examples(["8e03978e-40d5-43e8-bc93-6894a57f9324"]),
    )
}

fn holds_tagged(response: &Response) -> bool {
    response.content.values().any(|content| match content {
        RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
            is_tagged(name.strip_prefix("Deletion_").unwrap_or(name))
        }
        _ => false,
    })
}

fn tag() -> Header {
    HeaderBuilder::new().description(Some("The strong entity tag of the state that the thing is in.")).build()
}

/// The headers that ask for a state of the thing.
fn preconditions() -> [Parameter; 2] {
    let tags = || ObjectBuilder::new().schema_type(Type::String).examples([r#""Zk3vQ9xBp7Lw2NfYcpkY6g""#]);
    [
        header_parameter(
            "If-Match",
            "Entity tags, or `*`: what is in none of these states is left as it is (412).",
            tags(),
        ),
        header_parameter(
            "If-None-Match",
            "Entity tags, or `*`: what is in one of these states is not given again to a GET (304), and left as it is by \
             anything else (412).",
            tags(),
        ),
    ]
}

/// Adds what the operations refer to.
pub(super) fn add_to(components: &mut Components) {
    let named = preconditions().into_iter().chain([key()]).map(|parameter| (parameter.name.clone(), parameter.into()));
    components.parameters.extend(named);
    let not_modified =
        ResponseBuilder::new().description("The thing is in a state that the caller has.").header("ETag", tag());
    components.responses.insert(NOT_MODIFIED.to_owned(), not_modified.build().into());
}
