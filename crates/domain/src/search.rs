//! Finding things by the beginning of a word.
//!
//! What a thing is found by are its terms: its slug, and the words of its name. They are kept beside it in an order of
//! their own, so that those that begin alike stand together; and they are made here, so that every storage finds the same.

use std::collections::BTreeSet;

use crate::{display_name::DisplayName, error::Violation, slug::Slug};

/// What is searched for: beginnings of words, each of which must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(Vec<String>);

/// What can be searched for.
pub trait Searched {
    /// What it is found by.
    fn terms(&self) -> BTreeSet<String>;
}

impl Search {
    /// The longest text, in characters (Unicode scalar values).
    pub const MAX_LENGTH: usize = 255;
    /// The most words.
    pub const MAX_WORDS: usize = 8;

    /// Reads a text: words between white space, of which what is neither letter nor digit is trimmed at both ends, in
    /// whatever case.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(Violation::new("must have at most 255 characters"));
        }
        let mut words: Vec<String> = pieces(text).map(str::to_lowercase).collect();
        words.sort_unstable();
        words.dedup();
        match words.len() {
            0 => Err(Violation::new("must have a letter or a digit")),
            1..=Self::MAX_WORDS => Ok(Self(words)),
            _ => Err(Violation::new("must have at most 8 words")),
        }
    }

    /// For each word the terms that begin with it: from the first of the two, up to and without the second.
    pub fn ranges(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|word| (word.as_str(), end_of_those_that_begin_with(word)))
    }

    /// Whether a thing with these terms is found.
    #[must_use]
    pub fn finds(&self, terms: &BTreeSet<String>) -> bool {
        let is_there = |word: &String| terms.range(word.clone()..).next().is_some_and(|term| term.starts_with(word));
        self.0.iter().all(is_there)
    }
}

/// What a thing of this slug and name is found by: its slug; each word of its name, which white space parts from others;
/// and what other signs part within a word (`O'Neil-Smith` is found by `neil`, too). All of it in lower case.
#[must_use]
pub fn terms_of(slug: &Slug, name: &DisplayName) -> BTreeSet<String> {
    let mut terms = BTreeSet::from([slug.as_str().to_owned()]);
    for piece in pieces(name.as_str()) {
        terms.insert(piece.to_lowercase());
        let parts = piece.split(|sign: char| !sign.is_alphanumeric()).filter(|part| !part.is_empty());
        terms.extend(parts.map(str::to_lowercase));
    }
    terms
}

/// The words of a text, without the signs at their ends.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let trimmed = text.split_whitespace().map(|piece| piece.trim_matches(|sign: char| !sign.is_alphanumeric()));
    trimmed.filter(|piece| !piece.is_empty())
}

/// The first text, byte by byte, behind all that begin with `word`: `acme` makes `acmf`.
fn end_of_those_that_begin_with(word: &str) -> String {
    let mut end = word.to_owned();
    // The order of UTF-8 is that of its characters.
    while let Some(last) = end.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(slug: &str, name: &str) -> BTreeSet<String> {
        terms_of(&Slug::parse(slug).unwrap(), &DisplayName::parse(name).unwrap())
    }

    #[test]
    fn terms_are_the_slug_and_the_words_of_the_name() {
        let found: Vec<_> = terms("acme-web", "  Acme, O'Neil-Smith & Söhne (GmbH) ACME").into_iter().collect();
        assert_eq!(found, ["acme", "acme-web", "gmbh", "neil", "o", "o'neil-smith", "smith", "söhne"]);
        assert_eq!(terms("acme", "…"), BTreeSet::from(["acme".to_owned()]));
    }

    #[test]
    fn all_words_are_to_be_found_in_whatever_order_and_case() {
        let terms = terms("acme-web", "Acme, Inc. Straße");
        for text in ["a", "ACME", "acme-w", "inc acm", " Inc.  (acme) ", "STRA", "acme acme"] {
            assert!(Search::parse(text).unwrap().finds(&terms), "{text}");
        }
        for text in ["cme", "acmee", "acme x", "web", "acmd", "acmf"] {
            assert!(!Search::parse(text).unwrap().finds(&terms), "{text}");
        }
    }

    #[test]
    fn what_has_no_word_or_too_many_is_refused() {
        for text in ["", " ", "…", "- '", &"a".repeat(256), "a b c d e f g h i"] {
            assert!(Search::parse(text).is_err(), "{text}");
        }
        assert!(Search::parse("a b c d e f g h h").is_ok());
    }

    proptest! {
        #[test]
        fn a_range_holds_what_begins_with_the_word_and_nothing_else(word in "\\PC{1,4}", other in "\\PC{0,6}") {
            let Ok(search) = Search::parse(&word) else { return Ok(()) };
            for (begin, end) in search.ranges() {
                for term in [other.clone(), format!("{begin}{other}")] {
                    prop_assert_eq!(begin <= term.as_str() && term < end, term.starts_with(begin));
                }
            }
        }
    }
}
