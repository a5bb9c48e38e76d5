//! How much a deletion takes along.

/// How many things of each kind a deletion takes along, those that it is asked for included: what disappears with a soft
/// deletion, and what is destroyed with one for good. API keys count whatever their state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Affected {
    /// Organizations.
    pub organizations: u64,
    /// Projects.
    pub projects: u64,
    /// Users.
    pub users: u64,
    /// Memberships of organizations and projects.
    pub memberships: u64,
    /// API keys.
    pub api_keys: u64,
    /// Dynamic providers.
    pub providers: u64,
}
