//! What a service says of itself in its `OpenAPI` document: rules for every endpoint hold for those to come too.

use serde_json::Value;

use super::Service;

/// The methods that a path of the document may have.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A path, and what it takes.
pub(super) struct Endpoint {
    /// The path, with something that may be a slug in each of its gaps.
    pub(super) path: String,
    /// The methods, in the order of [`METHODS`].
    pub(super) methods: Vec<&'static str>,
}

/// Every endpoint of the document that the service hands out.
pub(super) fn endpoints(service: &Service) -> Vec<Endpoint> {
    let document = service.get("/openapi.json").send().expect(200);
    let paths = document["paths"].as_object().unwrap();
    paths.iter().map(|(template, item)| Endpoint { path: filled(template), methods: methods(item) }).collect()
}

fn methods(item: &Value) -> Vec<&'static str> {
    METHODS.into_iter().filter(|method| item.get(method.to_lowercase()).is_some()).collect()
}

/// `template` with `acme` for each `{…}`.
fn filled(template: &str) -> String {
    let segments = template.split('/').map(|segment| if segment.starts_with('{') { "acme" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
