//! What a deletion would take along.

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use crate::fields::schema;

/// The answer to a deletion that was asked for with `dry_run=true`: nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DryRun {
    /// Always true.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::always_true))]
    pub dry_run: bool,
    /// What the deletion would take along.
    pub affected: Affected,
}

/// How many things of each kind a deletion takes along, those that it is asked for included. API keys count whatever their
/// state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affected {
    /// How many organizations.
    pub organizations: u64,
    /// How many projects.
    pub projects: u64,
    /// How many users.
    pub users: u64,
    /// How many memberships of organizations and projects.
    pub memberships: u64,
    /// How many API keys.
    pub api_keys: u64,
    /// How many dynamic providers.
    pub dynamic_providers: u64,
}

/// The answer to a deletion, which may have been a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Deletion<T> {
    /// It was a dry run.
    DryRun(DryRun),
    /// It was done.
    Done(T),
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_dry_run_and_a_deletion_are_told_apart() {
        let affected = json!({"organizations": 1, "projects": 2, "users": 0, "memberships": 3, "api_keys": 4, "dynamic_providers": 5});
        let rehearsed = json!({"dry_run": true, "affected": affected});
        let done = json!({"slug": "acme"});
        for (written, is_rehearsal) in [(rehearsed, true), (done, false)] {
            let read: Deletion<Value> = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(matches!(read, Deletion::DryRun(_)), is_rehearsal);
            assert_eq!(serde_json::to_value(read).unwrap(), written);
        }
    }
}
