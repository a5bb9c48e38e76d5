//! The records of one change.

use super::AuditRecord;

/// The records that one unit of work leaves: one at least. Most changes leave exactly one; what takes other things along
/// leaves one of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecords(Vec<AuditRecord>);

impl AuditRecords {
    /// Adds a record.
    pub fn add(&mut self, record: AuditRecord) {
        self.0.push(record);
    }

    /// The records, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &AuditRecord> {
        self.0.iter()
    }

    /// The records in the order in which they are to be appended: by their chains, so that units of work that write to
    /// several chains lock them in one order, and within a chain in the order in which they were added.
    #[must_use]
    pub fn into_appending_order(self) -> Vec<AuditRecord> {
        let mut records = self.0;
        records.sort_by_key(AuditRecord::chain);
        records
    }
}

impl From<AuditRecord> for AuditRecords {
    fn from(record: AuditRecord) -> Self {
        Self(vec![record])
    }
}
