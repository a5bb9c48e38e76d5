//! The place that a secret is bound to.

use std::fmt;

use uuid::Uuid;

use crate::ids::OrganizationId;

/// The place of a secret: it is sealed for it, and opens nowhere else. Whoever can write to the database, and not open
/// secrets, could otherwise put a tenant's secret into another one's row and have the service use it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SealingContext {
    /// The table.
    pub table: &'static str,
    /// The column that holds the sealed secret.
    pub column: &'static str,
    /// The organization that the row belongs to; `None` for what belongs to the whole installation.
    pub org_id: Option<OrganizationId>,
    /// The row's id.
    pub row_id: Uuid,
}

impl SealingContext {
    /// The place as bytes, to be authenticated with what is sealed: each field as a presence byte, its length (64 bits,
    /// big endian) and its bytes. With the lengths no two places give the same.
    #[must_use]
    pub fn associated_data(&self) -> Vec<u8> {
        let mut data = b"tenancy sealing context, version 1\n".to_vec();
        let mut field = |value: Option<&[u8]>| match value {
            Some(bytes) => {
                data.push(1);
                data.extend((bytes.len() as u64).to_be_bytes());
                data.extend(bytes);
            }
            None => data.push(0),
        };
        field(Some(self.table.as_bytes()));
        field(Some(self.column.as_bytes()));
        field(self.org_id.map(OrganizationId::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(self.row_id.as_bytes()));
        data
    }
}

impl fmt::Display for SealingContext {
    /// For the log: `providers.api_key of the row 0199…`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{} of the row {}", self.table, self.column, self.row_id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_places_give_the_same_bytes() {
        let mut seen = HashSet::new();
        // Pairs that run together without lengths among them.
        for (table, column) in [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")] {
            for org_id in [None, Some(Uuid::nil()), Some(Uuid::max())] {
                for row_id in [Uuid::nil(), Uuid::max()] {
                    let context = SealingContext { table, column, org_id: org_id.map(OrganizationId::new), row_id };
                    assert!(seen.insert(context.associated_data()), "{context:?}");
                }
            }
        }
    }
}
