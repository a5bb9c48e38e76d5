//! Ends of chains that were written down elsewhere.

use std::{collections::HashMap, fmt};

use super::{Chain, ChainHash, ChainHead, ChainId};
use crate::{error::Violation, ids};

/// The end of a chain as it was at some time. Kept where nobody who can write to the database can write to, it shows
/// when the whole chain was put back to an earlier state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownHead {
    /// The chain.
    pub chain: ChainId,
    /// Its last entry.
    pub head: ChainHead,
}

impl KnownHead {
    /// Reads the written form: the chain's id, the entry's number and its hash, with a space between them.
    ///
    /// # Errors
    /// A [`Violation`] for anything else.
    pub fn parse(line: &str) -> Result<Self, Violation> {
        let mut words = line.split_ascii_whitespace();
        let mut next = || words.next().unwrap_or_default();
        let (chain, sequence, hash) = (ids::parse_hyphenated(next()), next().parse().ok(), ChainHash::parse(next()));
        let sequence = sequence.filter(|sequence| *sequence >= 0);
        match (chain, sequence, hash, words.next()) {
            (Some(chain), Some(sequence), Some(hash), None) => {
                Ok(Self { chain: ChainId::new(chain), head: ChainHead { sequence, hash } })
            }
            _ => Err(Violation::new("must be the id of a chain, a number and a hash of 64 hexadecimal digits")),
        }
    }
}

impl From<&Chain> for KnownHead {
    fn from(chain: &Chain) -> Self {
        Self { chain: chain.id, head: chain.head }
    }
}

impl fmt::Display for KnownHead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.chain, self.head.sequence, self.head.hash)
    }
}

/// Known ends of chains, several of one chain perhaps.
#[derive(Debug, Clone, Default)]
pub struct KnownHeads(HashMap<ChainId, Vec<ChainHead>>);

impl KnownHeads {
    /// Takes those of one chain.
    pub(super) fn take(&mut self, chain: ChainId) -> Vec<ChainHead> {
        self.0.remove(&chain).unwrap_or_default()
    }

    /// The chains that are left.
    pub(super) fn rest(self) -> impl Iterator<Item = ChainId> {
        self.0.into_keys()
    }
}

impl FromIterator<KnownHead> for KnownHeads {
    fn from_iter<I: IntoIterator<Item = KnownHead>>(heads: I) -> Self {
        let mut known: HashMap<ChainId, Vec<ChainHead>> = HashMap::new();
        for KnownHead { chain, head } in heads {
            known.entry(chain).or_default().push(head);
        }
        Self(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let text = format!("01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70 12 {}", "0a".repeat(32));
        let known = KnownHead::parse(&text).unwrap();
        assert_eq!((known.head.sequence, known.to_string()), (12, text.clone()));
        for wrong in
            ["", &text[..40], &text.replace(" 12 ", " -1 "), &text.replace(" 12 ", " x "), &format!("{text} 1")]
        {
            assert!(KnownHead::parse(wrong).is_err(), "{wrong}");
        }
    }
}
