//! Metadata in a column: a JSON object of texts, or NULL for no pairs.

use std::collections::BTreeMap;

use tenancy_domain::{Metadata, Violation};

/// As the column has it.
pub(super) fn to_json(metadata: &Metadata) -> Option<String> {
    // Texts by texts are always JSON.
    if metadata.is_empty() { None } else { serde_json::to_string(metadata.pairs()).ok() }
}

/// What the column has.
///
/// # Errors
/// The rule that it breaks.
pub(super) fn parse(column: Option<&str>) -> Result<Metadata, Violation> {
    let Some(json) = column else { return Ok(Metadata::default()) };
    let pairs: BTreeMap<String, String> =
        serde_json::from_str(json).map_err(|_| Violation::new("is no JSON object of texts"))?;
    Metadata::parse(pairs).map_err(|violation| violation.violation)
}
