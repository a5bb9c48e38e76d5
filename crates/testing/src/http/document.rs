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

/// A method of a path.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    /// Its name in the document.
    pub(super) id: String,
    /// The method.
    pub(super) method: &'static str,
    /// The path, with its gaps.
    pub(super) template: String,
    /// Whether it takes a body.
    pub(super) takes_body: bool,
    /// The parameters that its query may have.
    pub(super) query: Vec<String>,
}

impl Operation {
    /// The names of the gaps of its path, in their order.
    pub(super) fn gaps(&self) -> impl Iterator<Item = &str> {
        self.template.split('/').filter_map(gap)
    }

    /// Its path with these names in its gaps.
    pub(super) fn path(&self, names: &[&str]) -> String {
        let mut names = names.iter();
        let segments = self
            .template
            .split('/')
            .map(|segment| if gap(segment).is_some() { names.next().unwrap() } else { segment });
        let path = segments.collect::<Vec<_>>().join("/");
        assert_eq!(names.next(), None, "{}", self.template);
        path
    }
}

/// The name of a path's segment that is a gap.
fn gap(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Every operation of the document that the service hands out.
pub(super) fn operations(service: &Service) -> Vec<Operation> {
    let document = service.get("/openapi.json").send().expect(200);
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(template, item)| {
        methods(item).into_iter().map(|method| {
            let operation = &item[method.to_lowercase()];
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let in_query = parameters.filter(|parameter| parameter["in"] == "query");
            Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method,
                template: template.clone(),
                takes_body: operation.get("requestBody").is_some(),
                query: in_query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect(),
            }
        })
    });
    operations.collect()
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
