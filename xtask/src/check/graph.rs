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
    /// The features of each of the workspace's own packages, and what each turns on.
    pub(super) features: BTreeMap<String, BTreeMap<String, Vec<String>>>,
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
        for package in metadata.workspace_packages() {
            graph.features.insert(package.name.to_string(), package.features.clone());
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

    /// Whether `package` depends on `dependency` by `feature` alone, and has that feature for who asks for it alone.
    pub(super) fn is_on_request(&self, package: &str, dependency: &str, feature: &str) -> bool {
        let Some(features) = self.features.get(package) else { return false };
        let brings = |turned_on: &[String]| {
            turned_on.iter().any(|on| {
                // `dep:it`, or `it/a-feature-of-it`. `it?/…` brings nothing by itself.
                on.strip_prefix("dep:").unwrap_or(on).split('/').next() == Some(dependency)
            })
        };
        let by: Vec<&str> =
            features.iter().filter(|(_, turned_on)| brings(turned_on)).map(|(name, _)| name.as_str()).collect();
        by == [feature] && !turns_on(features, "default", feature, &mut BTreeSet::new())
    }

    /// For each package that `package` stands on, at whatever depth, a shortest way to it: `[package, …, it]`. What stands
    /// in `without` is not gone by, where `package` itself depends on it.
    pub(super) fn ways_from<'a>(&'a self, package: &'a str, without: &[&str]) -> Vec<Vec<&'a str>> {
        let mut seen = BTreeSet::from([package]);
        let mut ways: Vec<Vec<&str>> = vec![vec![package]];
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            for dependency in way.last().into_iter().flat_map(|last| self.direct(last)) {
                let is_left_out = way.len() == 1 && without.contains(&dependency);
                if !is_left_out && seen.insert(dependency) {
                    ways.push(way.iter().copied().chain([dependency]).collect());
                }
            }
        }
        // The first is the way from the package to itself.
        ways.remove(0);
        ways
    }
}

/// Whether the feature `from` is, or turns on at whatever depth, the feature `to`.
fn turns_on(features: &BTreeMap<String, Vec<String>>, from: &str, to: &str, seen: &mut BTreeSet<String>) -> bool {
    if from == to {
        return true;
    }
    if !seen.insert(from.to_owned()) {
        return false;
    }
    features.get(from).into_iter().flatten().any(|next| turns_on(features, next, to, seen))
}
