//! Metadata between the wire and the domain.

use tenancy_api_types::{metadata as wire, patch::Patch};
use tenancy_domain::{Error, Metadata, MetadataChanges, PairViolation};

/// The pairs that the wire has.
///
/// # Errors
/// 400 for the first that breaks a rule.
pub(crate) fn from_wire(metadata: wire::Metadata) -> Result<Metadata, Error> {
    Metadata::parse(metadata.0).map_err(PairViolation::into_error)
}

/// What is to be changed of metadata; nothing where it is left out.
///
/// # Errors
/// 400 for the first pair that breaks a rule.
pub(crate) fn changes_from_wire(changes: Patch<wire::MetadataChanges>) -> Result<Option<MetadataChanges>, Error> {
    match changes {
        Patch::Absent => Ok(None),
        Patch::Null => Ok(Some(MetadataChanges::Clear)),
        Patch::Value(changes) => MetadataChanges::parse(changes.0).map(Some).map_err(PairViolation::into_error),
    }
}

/// The pairs as the wire has them.
pub(crate) fn to_wire(metadata: Metadata) -> wire::Metadata {
    wire::Pairs(metadata.into())
}
