//! What others note of a thing: pairs that mean nothing here.

use std::collections::BTreeMap;

use validator::{ValidateLength, ValidateNonControlCharacter};

use crate::{
    api_keys::ApiKeySecret,
    error::{Error, Violation},
};

/// What others note of a thing: up to 50 pairs of a key, of 1 to 40 characters, and a value, of up to 500. Neither has control
/// characters, nor an API key in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(BTreeMap<String, String>);

/// What is to be changed of metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataChanges {
    /// All pairs are removed.
    Clear,
    /// Pairs are set, and those without a value removed; all others stay.
    Pairs(BTreeMap<String, Option<String>>),
}

/// A rule that a pair breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairViolation {
    /// The key of the pair, where it is the value that is at fault. A key that is at fault itself is not repeated.
    pub key: Option<String>,
    /// The rule.
    pub violation: Violation,
}

impl PairViolation {
    /// The violation as an error of the field `metadata`, or of the pair within it.
    #[must_use]
    pub fn into_error(self) -> Error {
        match self.key {
            Some(key) => self.violation.of(format!("metadata.{key}")),
            None => self.violation.of("metadata"),
        }
    }
}

impl Metadata {
    /// The most pairs.
    pub const MAX_PAIRS: usize = 50;
    /// The longest key, in characters (Unicode scalar values).
    pub const KEY_MAX_LENGTH: usize = 40;
    /// The longest value, in characters (Unicode scalar values).
    pub const VALUE_MAX_LENGTH: usize = 500;

    /// Reads pairs.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(pairs: BTreeMap<String, String>) -> Result<Self, PairViolation> {
        for (key, value) in &pairs {
            check_key(key)?;
            check_value(key, value)?;
        }
        let metadata = Self(pairs);
        metadata.check_size().map(|()| metadata)
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pairs, by their keys.
    #[must_use]
    pub const fn pairs(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The pairs as a JSON object, for the audit log.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.0.iter().map(|(key, value)| (key.clone(), serde_json::Value::from(value.as_str()))).collect()
    }

    /// The pairs with `changes`.
    ///
    /// # Errors
    /// When there would be too many.
    pub fn changed(&self, changes: MetadataChanges) -> Result<Self, PairViolation> {
        let mut pairs = self.0.clone();
        match changes {
            MetadataChanges::Clear => pairs.clear(),
            MetadataChanges::Pairs(changes) => {
                for (key, value) in changes {
                    match value {
                        Some(value) => pairs.insert(key, value),
                        None => pairs.remove(&key),
                    };
                }
            }
        }
        let edited = Self(pairs);
        edited.check_size().map(|()| edited)
    }

    fn check_size(&self) -> Result<(), PairViolation> {
        if self.0.len() > Self::MAX_PAIRS {
            return Err(broken(None, "must have at most 50 pairs"));
        }
        Ok(())
    }
}

impl MetadataChanges {
    /// Reads pairs that are to be set, and keys without a value, whose pairs are to be removed.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(pairs: BTreeMap<String, Option<String>>) -> Result<Self, PairViolation> {
        for (key, value) in &pairs {
            check_key(key)?;
            if let Some(value) = value {
                check_value(key, value)?;
            }
        }
        Ok(Self::Pairs(pairs))
    }
}

impl From<Metadata> for BTreeMap<String, String> {
    fn from(metadata: Metadata) -> Self {
        metadata.0
    }
}

fn check_key(key: &str) -> Result<(), PairViolation> {
    if !key.validate_length(Some(1), Some(Metadata::KEY_MAX_LENGTH as u64), None) {
        return Err(broken(None, "must have keys of 1 to 40 characters"));
    }
    if !key.validate_non_control_character() {
        return Err(broken(None, "must not contain control characters in its keys"));
    }
    if ApiKeySecret::is_within(key) {
        return Err(broken(None, "must not contain an API key"));
    }
    Ok(())
}

fn check_value(key: &str, value: &str) -> Result<(), PairViolation> {
    let rule = if !value.validate_length(None, Some(Metadata::VALUE_MAX_LENGTH as u64), None) {
        "must have at most 500 characters"
    } else if !value.validate_non_control_character() {
        "must not contain control characters"
    } else if ApiKeySecret::is_within(value) {
        "must not contain an API key"
    } else {
        return Ok(());
    };
    Err(broken(Some(key), rule))
}

fn broken(key: Option<&str>, rule: &'static str) -> PairViolation {
    PairViolation { key: key.map(ToOwned::to_owned), violation: Violation::new(rule) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "tny_00000000000000000000000000000000000000000002CZclj";

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn refusal(key: &str, value: &str) -> (Option<String>, String) {
        let refusal = Metadata::parse(pairs(&[(key, value)])).unwrap_err();
        (refusal.key, refusal.violation.to_string())
    }

    #[test]
    fn keys_and_values_have_bounds_in_characters() {
        let longest = pairs(&[(&"ß".repeat(40), &"ß".repeat(500)), ("a b", "")]);
        assert_eq!(Metadata::parse(longest.clone()).unwrap().pairs(), &longest);
        for key in ["", &"a".repeat(41), "a\n", KEY] {
            assert_eq!(refusal(key, "x").0, None, "{key:?}");
        }
        for value in [&"a".repeat(501), "a\0", KEY] {
            assert_eq!(refusal("plan", value).0.as_deref(), Some("plan"), "{value:?}");
        }
    }

    #[test]
    fn there_are_fifty_pairs_at_the_most_before_and_after_a_change() {
        let many = |count| (0..count).map(|number| (format!("k{number}"), "v".to_owned())).collect::<BTreeMap<_, _>>();
        assert!(Metadata::parse(many(51)).is_err());
        let full = Metadata::parse(many(50)).unwrap();
        let change = |key: &str, value: Option<&str>| (key.to_owned(), value.map(ToOwned::to_owned));
        let one_more = MetadataChanges::parse([change("more", Some("v"))].into()).unwrap();
        assert!(full.changed(one_more).is_err());
        let one_for_another = MetadataChanges::parse([change("more", Some("v")), change("k0", None)].into()).unwrap();
        assert_eq!(full.changed(one_for_another).unwrap().pairs().len(), 50);
        assert!(full.changed(MetadataChanges::Clear).unwrap().is_empty());
    }

    #[test]
    fn a_change_is_bound_as_what_it_makes() {
        let change = |key: &str, value: Option<&str>| {
            MetadataChanges::parse([(key.to_owned(), value.map(ToOwned::to_owned))].into())
        };
        assert!(change("", None).is_err());
        assert!(change("plan", Some(KEY)).is_err());
        let metadata = Metadata::parse(pairs(&[("plan", "gold"), ("region", "eu")])).unwrap();
        let changed = metadata.changed(change("plan", None).unwrap()).unwrap();
        assert_eq!(changed.pairs(), &pairs(&[("region", "eu")]));
        assert_eq!(metadata.changed(change("none", None).unwrap()).unwrap(), metadata);
    }
}
