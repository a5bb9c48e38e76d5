//! Keys of every kind of owner, with every set of scopes that makes a difference.

use std::collections::HashMap;

use super::{
    super::{
        Service,
        fixtures::{key_of, secret},
    },
    facts::{CALLERS, Owner},
    model::Row,
    table::TABLE,
    world::World,
};

/// The scopes that a key has.
pub(super) type ScopeSet = Vec<&'static str>;

/// The scopes of resources, each verb of each.
const SCOPES: [&str; 16] = [
    "admin:organizations:read",
    "admin:organizations:write",
    "admin:projects:read",
    "admin:projects:write",
    "admin:users:read",
    "admin:users:write",
    "admin:members:read",
    "admin:members:write",
    "admin:api-keys:read",
    "admin:api-keys:write",
    "admin:api-keys:verify",
    "admin:providers:read",
    "admin:providers:write",
    "admin:providers:reveal",
    "admin:audit-logs:read",
    "admin:audit-logs:write",
];

/// The keys of all callers.
pub(super) struct Callers(HashMap<(Owner, ScopeSet), String>);

impl Callers {
    /// Makes a key of each caller for each set of scopes that an operation is asked with.
    pub(super) fn make(service: &Service, world: &World) -> Self {
        let mut sets: Vec<_> = TABLE.iter().flat_map(scope_sets).collect();
        sets.sort();
        sets.dedup();
        let mut keys = HashMap::new();
        for caller in CALLERS {
            for set in &sets {
                let issued = key_of(service, &world.owner(caller), set);
                keys.insert((caller, set.clone()), secret(&issued).to_owned());
            }
        }
        Self(keys)
    }

    /// The secret of a caller's key with exactly these scopes.
    pub(super) fn key(&self, caller: Owner, scopes: &[&'static str]) -> &str {
        &self.0[&(caller, scopes.to_vec())]
    }
}

/// What an operation is asked with: no scopes, everything, all reading, all writing, each scope of its own resource, and all
/// of all other resources.
pub(super) fn scope_sets(row: &Row) -> Vec<ScopeSet> {
    let mut sets = vec![vec![], vec!["admin:*"]];
    let Some((resource, _)) = row.scope() else { return sets };
    let (own, others): (Vec<_>, Vec<_>) = SCOPES.iter().partition(|scope| scope.split(':').nth(1) == Some(resource));
    sets.extend([vec!["admin:read"], vec!["admin:write"]]);
    sets.extend(own.into_iter().map(|scope| vec![scope]));
    sets.push(others);
    sets
}

/// The one scope that an operation needs, if it needs one.
pub(super) fn least_scopes(row: &Row) -> ScopeSet {
    SCOPES.into_iter().filter(|scope| scope.strip_prefix("admin:") == Some(row.permission)).collect()
}
