//! Which package depends on which, as cargo resolves it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand, PackageId};

use crate::process;

/// The packages of the workspace, and what they stand on.
///
/// An edge is a dependency of the program or of its build; what only tests use is not in it. Two versions of a crate are
/// one node: whatever holds of a crate holds of all its versions.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// The workspace's own packages.
    pub(super) members: BTreeSet<String>,
    /// Each package, and those that it depends on itself.
    pub(super) edges: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Asks cargo, with all features on.
    ///
    /// # Errors
    ///
    /// When cargo cannot resolve the workspace.
    pub(super) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().current_dir(process::root()).features(CargoOpt::AllFeatures).exec()?;
        let names: BTreeMap<&PackageId, &str> =
            metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
        let name = |id| names.get(id).map(ToString::to_string).with_context(|| format!("{id} is not in the metadata"));

        let mut graph = Self::default();
        for id in &metadata.workspace_members {
            graph.members.insert(name(id)?);
        }
        for node in &metadata.resolve.as_ref().context("the metadata has no dependencies")?.nodes {
            let edges = graph.edges.entry(name(&node.id)?).or_default();
            for dependency in &node.deps {
                if dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development) {
                    edges.insert(name(&dependency.pkg)?);
                }
            }
        }
        Ok(graph)
    }

    /// What `package` depends on itself.
    pub(super) fn direct<'a>(&'a self, package: &str) -> impl Iterator<Item = &'a str> {
        self.edges.get(package).into_iter().flatten().map(String::as_str)
    }

    /// For each package that `package` stands on, at whatever depth, a shortest way to it: `[package, …, it]`.
    pub(super) fn ways_from<'a>(&'a self, package: &'a str) -> Vec<Vec<&'a str>> {
        let mut seen = BTreeSet::from([package]);
        let mut ways: Vec<Vec<&str>> = vec![vec![package]];
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            for dependency in way.last().into_iter().flat_map(|last| self.direct(last)) {
                if seen.insert(dependency) {
                    ways.push(way.iter().copied().chain([dependency]).collect());
                }
            }
        }
        // The first is the way from the package to itself.
        ways.remove(0);
        ways
    }
}
