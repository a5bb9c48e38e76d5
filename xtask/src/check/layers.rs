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
}

const DOMAIN: &str = "tenancy-domain";
const ADAPTERS: &str = "tenancy-adapters";
const API_TYPES: &str = "tenancy-api-types";
const API: &str = "tenancy-api";
const CLIENT: &str = "tenancy-client";
const SERVER: &str = "tenancy-server";
const TESTING: &str = "tenancy-testing";
const XTASK: &str = "xtask";

/// HTTP as a server speaks it.
const HTTP_SERVER: &[&str] = &["actix-*", "axum*", "tower-http"];
/// HTTP as such.
const HTTP: &[&str] = &["h2", "http", "http-*", "hyper*", "reqwest*"];
/// Databases.
const SQL: &[&str] = &["diesel*", "libsqlite3-sys", "postgres*", "pq-sys", "rusqlite", "sqlx*", "tokio-postgres*"];

const LAYERS: &[Layer] = &[
    Layer { name: DOMAIN, may_know: &[], must_not_reach: &[HTTP_SERVER, HTTP, SQL] },
    Layer { name: ADAPTERS, may_know: &[DOMAIN], must_not_reach: &[HTTP_SERVER, HTTP] },
    Layer { name: API_TYPES, may_know: &[], must_not_reach: &[HTTP_SERVER, HTTP, SQL] },
    Layer { name: API, may_know: &[DOMAIN, API_TYPES], must_not_reach: &[SQL] },
    Layer { name: CLIENT, may_know: &[API_TYPES], must_not_reach: &[HTTP_SERVER, SQL] },
    Layer { name: SERVER, may_know: &[DOMAIN, ADAPTERS, API_TYPES, API, CLIENT], must_not_reach: &[] },
    Layer { name: TESTING, may_know: &[DOMAIN], must_not_reach: &[HTTP_SERVER, HTTP, SQL] },
    // It may call the running service as any client does.
    Layer { name: XTASK, may_know: &[TESTING], must_not_reach: &[HTTP_SERVER, SQL] },
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
    graph.ways_from(layer.name).into_iter().filter_map(|way| {
        let name = way.last()?;
        let pattern = layer.must_not_reach.iter().copied().flatten().find(|pattern| matches(pattern, name))?;
        Some(format!("{} may have no `{pattern}` in its tree: {}", layer.name, way.join(" → ")))
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
    fn a_new_crate_must_be_given_its_place() {
        assert_eq!(violations(&graph(&[("tenancy-new", &[])])), ["tenancy-new is not in the table of layers"]);
    }
}
