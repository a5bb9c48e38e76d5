//! What is asked.

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Workload {
    /// An organization by its slug, drawn at random from all.
    Get,
    /// The first hundred organizations.
    List,
    /// A new organization, with its audit entry.
    Create,
    /// Whether a key is valid.
    Verify,
}

impl Workload {
    /// All of them, in the order in which they are measured: what fills the database comes last but one.
    pub(super) const ALL: [Self; 4] = [Self::Get, Self::List, Self::Verify, Self::Create];

    /// Its name, as the script has it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Verify => "verify",
        }
    }

    /// What it is, for people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Get => "get by slug",
            Self::List => "list of 100",
            Self::Create => "create",
            Self::Verify => "verify",
        }
    }
}
