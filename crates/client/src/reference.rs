//! What names an organization or a project.

use std::fmt;

use uuid::Uuid;

/// The slug or the id of an organization or a project.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl From<&str> for Reference {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Reference {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&String> for Reference {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<Uuid> for Reference {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

impl From<&Self> for Reference {
    fn from(reference: &Self) -> Self {
        reference.clone()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
