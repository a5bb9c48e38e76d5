//! The models of a provider.

use std::fmt;

use validator::{ValidateLength, ValidateNonControlCharacter};

use crate::error::Violation;

/// What a provider calls one of its models: 1 to 255 characters, no control characters, no white space at its ends.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ModelName(String);

impl ModelName {
    /// The longest name, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 255;

    /// Reads a name, of which nothing is trimmed: it must be the one that the provider has.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        if !text.validate_length(Some(1), Some(Self::MAX_LENGTH as u64), None) {
            return Err(Violation::new("must have 1 to 255 characters"));
        }
        if !text.validate_non_control_character() || text.trim() != text {
            return Err(Violation::new("must not contain control characters, nor white space at its ends"));
        }
        Ok(Self(text))
    }

    /// The name as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ModelName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// The models that a configuration is for: up to [`Models::MAX`], each once, in the order given. None of them is for the
/// reader to make sense of: all that the provider has, perhaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Models(Vec<ModelName>);

impl Models {
    /// The most models that a configuration names.
    pub const MAX: usize = 500;

    /// Takes a list of models; of equal ones the first stays.
    ///
    /// # Errors
    /// A [`Violation`] when there are more than [`Models::MAX`].
    pub fn new(models: impl IntoIterator<Item = ModelName>) -> Result<Self, Violation> {
        let mut unique = Vec::new();
        for model in models {
            if !unique.contains(&model) {
                unique.push(model);
            }
            if unique.len() > Self::MAX {
                return Err(Violation::new("must not have more than 500 models"));
            }
        }
        Ok(Self(unique))
    }

    /// The models, in the order given.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ModelName> {
        self.0.iter()
    }

    /// Their names, in the order given.
    #[must_use]
    pub fn to_strings(&self) -> Vec<String> {
        self.0.iter().map(|model| model.0.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(texts: impl IntoIterator<Item = String>) -> Result<Models, Violation> {
        Models::new(texts.into_iter().map(|text| ModelName::parse(text).unwrap()))
    }

    #[test]
    fn a_name_is_taken_as_it_is_or_not_at_all() {
        for text in ["gpt-4o", "meta-llama/Llama-3.1-405B-Instruct", "GPT 4", &"ß".repeat(255)] {
            assert_eq!(ModelName::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " a", "a\n", "a\0b", &"a".repeat(256)] {
            assert!(ModelName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_model_given_twice_counts_once_and_the_number_is_bounded() {
        let some = models(["b", "a", "b"].map(str::to_owned)).unwrap();
        assert_eq!(some.to_strings(), ["b", "a"]);
        assert!(models((0..500).map(|n| n.to_string())).is_ok());
        assert!(models((0..501).map(|n| n.to_string())).is_err());
    }
}
