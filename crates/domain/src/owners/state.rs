//! What state an owner is in.

/// Whether an owner, and all that it is beneath, is there and running: what decides whether its keys let anybody in, and
/// who sees what it owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnerState {
    /// Neither deleted nor suspended.
    Active,
    /// Live, but its organization is suspended.
    Suspended,
    /// Deleted, or beneath what is, suspended or not.
    Deleted,
}

impl OwnerState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Deleted];

    /// The state of what is deleted, or suspended, or both, or neither.
    #[must_use]
    pub const fn of(is_deleted: bool, is_suspended: bool) -> Self {
        match (is_deleted, is_suspended) {
            (true, _) => Self::Deleted,
            (false, true) => Self::Suspended,
            (false, false) => Self::Active,
        }
    }
}
