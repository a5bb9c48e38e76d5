//! Which crate may know which. This table is the law that `docs/architecture.md` tells of.

use anyhow::{Result, bail};

use super::graph::Graph;

/// What to do when this fails.
pub(super) const MEND: &str = "move the code to the crate whose business it is; only if the design itself changes, change xtask/src/check/layers.rs";

/// A crate of the workspace, and what it may know.
struct Layer {
    name: &'static str,
    /// The crates of the workspace that it may depend on.
    may_know: &'static [&'static str],
    /// What may be nowhere in its tree; a `*` at the end stands for any rest of the name.
    must_not_reach: &'static [&'static [&'static str]],
    /// What it may nonetheless have, because whoever wants it has to ask for it.
    on_request: &'static [OnRequest],
}

/// A dependency that a crate has behind a feature. The graph is that of all features; so that this one is indeed on request
/// is proved as well: nothing but the feature brings it, and nobody has the feature by default.
struct OnRequest {
    feature: &'static str,
    dependency: &'static str,
}

const DOMAIN: &str = "tenancy-domain";
const ADAPTERS: &str = "tenancy-adapters";
const API_TYPES: &str = "tenancy-api-types";
const API: &str = "tenancy-api";
const CLIENT: &str = "tenancy-client";
const SERVER: &str = "tenancy-server";
const TESTING: &str = "tenancy-testing";
const XTASK: &str = "xtask";
const FIXED_JSON: &str = "fixed-json";

/// HTTP as a server speaks it.
const HTTP_SERVER: &[&str] = &["actix-*", "axum*"];
/// HTTP as such. `tower-http` serves both sides: reqwest follows redirects with it.
const HTTP: &[&str] = &["h2", "http", "http-*", "hyper*", "reqwest*", "tower-http"];
/// Databases.
const SQL: &[&str] = &["diesel*", "libsqlite3-sys", "postgres*", "pq-sys", "rusqlite", "sqlx*", "tokio-postgres*"];

const LAYERS: &[Layer] = &[
    Layer { name: DOMAIN, may_know: &[], must_not_reach: &[HTTP_SERVER, HTTP, SQL], on_request: &[] },
    Layer { name: ADAPTERS, may_know: &[DOMAIN], must_not_reach: &[HTTP_SERVER, HTTP], on_request: &[] },
    Layer { name: API_TYPES, may_know: &[], must_not_reach: &[HTTP_SERVER, HTTP, SQL], on_request: &[] },
    Layer { name: API, may_know: &[DOMAIN, API_TYPES], must_not_reach: &[SQL], on_request: &[] },
    Layer {
        name: CLIENT,
        may_know: &[API_TYPES],
        must_not_reach: &[HTTP_SERVER, SQL],
        // The middleware for services that authenticate their callers.
        on_request: &[OnRequest { feature: "actix", dependency: "actix-web" }],
    },
    Layer { name: SERVER, may_know: &[DOMAIN, ADAPTERS, API_TYPES, API, CLIENT], must_not_reach: &[], on_request: &[] },
    Layer { name: TESTING, may_know: &[DOMAIN], must_not_reach: &[HTTP_SERVER, HTTP, SQL], on_request: &[] },
    // It may call the running service as any client does.
    Layer { name: XTASK, may_know: &[TESTING], must_not_reach: &[HTTP_SERVER, SQL], on_request: &[] },
    // It has nothing of what it is compared with.
    Layer { name: FIXED_JSON, may_know: &[], must_not_reach: &[SQL], on_request: &[] },
];

/// Insists that the workspace keeps to the table.
///
/// # Errors
///
/// When it does not; the error lists every edge that should not be.
pub(super) fn prove() -> Result<()> {
    let violations = violations(&Graph::load()?);
    if !violations.is_empty() {
        bail!("{}", violations.join("\n       "));
    }
    Ok(())
}

fn violations(graph: &Graph) -> Vec<String> {
    let mut violations = Vec::new();
    for member in &graph.members {
        match LAYERS.iter().find(|layer| layer.name == member) {
            Some(layer) => {
                violations.extend(strangers(graph, layer));
                violations.extend(banned(graph, layer));
                violations.extend(unasked(graph, layer));
            }
            None => violations.push(format!("{member} is not in the table of layers")),
        }
    }
    violations
}

/// The crates of the workspace that `layer` depends on and may not know.
fn strangers<'a>(graph: &'a Graph, layer: &'a Layer) -> impl Iterator<Item = String> + 'a {
    graph
        .direct(layer.name)
        .filter(|name| graph.members.contains(*name) && !layer.may_know.contains(name))
        .map(|name| format!("{} may not know {name}", layer.name))
}

/// What is in the tree of `layer` and may not be, with the way to it.
fn banned<'a>(graph: &'a Graph, layer: &'a Layer) -> impl Iterator<Item = String> + 'a {
    let on_request: Vec<_> = layer.on_request.iter().map(|on_request| on_request.dependency).collect();
    graph.ways_from(layer.name, &on_request).into_iter().filter_map(|way| {
        let name = way.last()?;
        let pattern = layer.must_not_reach.iter().copied().flatten().find(|pattern| matches(pattern, name))?;
        Some(format!("{} may have no `{pattern}` in its tree: {}", layer.name, way.join(" → ")))
    })
}

/// What `layer` is said to have on request, and has without one.
fn unasked<'a>(graph: &'a Graph, layer: &'a Layer) -> impl Iterator<Item = String> + 'a {
    let is_unasked = |on_request: &&OnRequest| {
        let OnRequest { feature, dependency } = on_request;
        !graph.is_on_request(layer.name, dependency, feature)
    };
    layer.on_request.iter().filter(is_unasked).map(|OnRequest { feature, dependency }| {
        format!("{} may have {dependency} by its feature {feature} alone, which is none of its defaults", layer.name)
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph of `(package, its dependencies)`; the packages of the table are the workspace's own.
    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let mut graph = Graph::default();
        for (package, dependencies) in edges {
            if package.starts_with("tenancy-") {
                graph.members.insert((*package).to_owned());
            }
            graph.edges.insert((*package).to_owned(), dependencies.iter().map(ToString::to_string).collect());
        }
        graph
    }

    #[test]
    fn the_layers_as_they_are_meant_hold() {
        let graph = graph(&[
            (DOMAIN, &["uuid", "httparse"]),
            (ADAPTERS, &[DOMAIN, "diesel"]),
            (API_TYPES, &["serde"]),
            (API, &[DOMAIN, API_TYPES, "actix-web"]),
            (SERVER, &[DOMAIN, ADAPTERS, API, "actix-web"]),
            ("actix-web", &["http"]),
        ]);
        assert!(violations(&graph).is_empty());
    }

    #[test]
    fn an_edge_that_points_back_is_found() {
        let graph = graph(&[(DOMAIN, &[ADAPTERS]), (ADAPTERS, &[])]);
        assert_eq!(violations(&graph), ["tenancy-domain may not know tenancy-adapters"]);
    }

    #[test]
    fn a_banned_crate_is_found_however_deep_it_lies() {
        let graph = graph(&[(DOMAIN, &["a"]), ("a", &["b"]), ("b", &["a", "http"])]);
        assert_eq!(
            violations(&graph),
            ["tenancy-domain may have no `http` in its tree: tenancy-domain → a → b → http"]
        );
    }

    #[test]
    fn what_a_feature_brings_is_on_request_if_nothing_else_brings_it_and_it_is_off_by_default() {
        const UNASKED: &str =
            "tenancy-client may have actix-web by its feature actix alone, which is none of its defaults";

        let client = |features: &[(&str, &[&str])], others: &[&str]| {
            let dependencies: Vec<_> = ["actix-web"].iter().chain(others).copied().collect();
            let mut graph =
                graph(&[(CLIENT, &dependencies), ("actix-web", &["actix-http"]), ("reqwest", &["actix-rt"])]);
            for (feature, brings) in features {
                let brings = brings.iter().map(ToString::to_string).collect();
                graph.features.entry(CLIENT.to_owned()).or_default().insert((*feature).to_owned(), brings);
            }
            violations(&graph)
        };
        let actix: (&str, &[&str]) = ("actix", &["dep:actix-web"]);

        assert!(client(&[actix], &[]).is_empty());
        assert!(client(&[actix, ("default", &[])], &[]).is_empty());
        assert_eq!(client(&[], &[]), [UNASKED]);
        assert_eq!(client(&[actix, ("default", &["actix"])], &[]), [UNASKED]);
        assert_eq!(client(&[actix, ("default", &["all"]), ("all", &["actix"])], &[]), [UNASKED]);
        assert_eq!(client(&[actix, ("web", &["dep:actix-web"])], &[]), [UNASKED]);
        assert_eq!(client(&[actix, ("web", &["actix-web/macros"])], &[]), [UNASKED]);
        assert_eq!(
            client(&[actix], &["reqwest"]),
            ["tenancy-client may have no `actix-*` in its tree: tenancy-client → reqwest → actix-rt"]
        );
    }

    #[test]
    fn a_new_crate_must_be_given_its_place() {
        assert_eq!(violations(&graph(&[("tenancy-new", &[])])), ["tenancy-new is not in the table of layers"]);
    }
}
