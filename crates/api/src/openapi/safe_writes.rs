//! What the document says of safe writes. It follows from what an operation answers with, so that no operation says it
//! for itself.

use tenancy_api_types::{
    api_keys::ApiKey, me::Me, members::Member, organizations::Organization, projects::Project, users::User,
};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{
        Components, Content, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
        path::{HttpMethod, Operation, Parameter},
    },
};

use super::{parameters::header_parameter, responses::PreconditionFailed};

/// The name of the answer without a body.
const NOT_MODIFIED: &str = "NotModified";
/// Where a document has the parameters that operations refer to.
const PARAMETERS: &str = "#/components/parameters/";

/// The things whose states have tags.
fn is_tagged(name: &str) -> bool {
    [Organization::name(), Project::name(), User::name(), Member::name(), ApiKey::name(), Me::name()]
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
    let reads = matches!(method, HttpMethod::Get) && gives_thing;
    if reads {
        operation.responses.responses.insert("304".to_owned(), Ref::from_response_name(NOT_MODIFIED).into());
    }
    if reads || matches!(method, HttpMethod::Patch | HttpMethod::Delete) {
        operation.responses.responses.extend(PreconditionFailed::responses());
    }
    if operation.responses.responses.contains_key("412") {
        let references =
            preconditions().map(|parameter| RefOr::Ref(Ref::new(format!("{PARAMETERS}{}", parameter.name))));
        operation.parameters.get_or_insert_default().extend(references);
    }
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
    let named = preconditions().into_iter().map(|parameter| (parameter.name.clone(), parameter.into()));
    components.parameters.extend(named);
    let not_modified =
        ResponseBuilder::new().description("The thing is in a state that the caller has.").header("ETag", tag());
    components.responses.insert(NOT_MODIFIED.to_owned(), not_modified.build().into());
}
