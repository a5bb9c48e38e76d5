//! The states of things, told apart: so that a caller can say which one it has read.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{Error, ResourceType};

/// Names one state of one thing: each write gives it another name, and no two things ever share one. It tells nothing of
/// the thing, not even how often it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision([u8; Self::LENGTH]);

impl Revision {
    /// The length, in bytes: too many for two states to meet by chance, or by anybody's work.
    const LENGTH: usize = 16;

    /// The state of the thing of this kind that `ids` name, of which `counters` tell one state from the other. How many
    /// there are of both is the same for all things of a kind.
    #[must_use]
    pub fn new(kind: ResourceType, ids: &[Uuid], counters: &[i64]) -> Self {
        let mut hash = Sha256::new_with_prefix(b"tenancy revision, version 1\n");
        hash.update(kind.as_str());
        hash.update([0]);
        for id in ids {
            hash.update(id.as_bytes());
        }
        for counter in counters {
            hash.update(counter.to_be_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut bytes = [0; Self::LENGTH];
        bytes.copy_from_slice(&digest[..Self::LENGTH]);
        Self(bytes)
    }

    /// Reads the written form; `None` for a text that names no state of anything.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Revision {
    /// 22 letters, digits, `-` and `_`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A thing whose states are told apart.
pub trait Revised {
    /// What it is.
    const KIND: ResourceType;

    /// The state that it is in.
    fn revision(&self) -> Revision;
}

/// Which states of a thing are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revisions {
    /// Whatever state it is in.
    Any,
    /// These, of this thing or of others.
    These(Vec<Revision>),
}

impl Revisions {
    fn contain(&self, revision: Revision) -> bool {
        match self {
            Self::Any => true,
            Self::These(revisions) => revisions.contains(&revision),
        }
    }
}

/// What a caller asks of the state of a thing, lest it change what it has not seen. The default asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Precondition {
    /// The thing must be in one of these states.
    pub one_of: Option<Revisions>,
    /// The thing must be in none of these states.
    pub none_of: Option<Revisions>,
}

impl Precondition {
    /// Whether `revision` is one of those that the thing must be in, where there are any.
    #[must_use]
    pub fn allows(&self, revision: Revision) -> bool {
        self.one_of.as_ref().is_none_or(|revisions| revisions.contain(revision))
    }

    /// Whether `revision` is one of those that the thing must not be in.
    #[must_use]
    pub fn excludes(&self, revision: Revision) -> bool {
        self.none_of.as_ref().is_some_and(|revisions| revisions.contain(revision))
    }

    /// Insists that `thing` is as it is asked for.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`] when it is not.
    pub fn check<T: Revised>(&self, thing: &T) -> Result<(), Error> {
        // Nearly all callers ask for nothing, and are spared the hash.
        if *self == Self::default() {
            return Ok(());
        }
        let revision = thing.revision();
        if self.allows(revision) && !self.excludes(revision) { Ok(()) } else { Err(Error::VersionMismatch(T::KIND)) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    struct Thing(i64);

    impl Revised for Thing {
        const KIND: ResourceType = ResourceType::Project;

        fn revision(&self) -> Revision {
            Revision::new(Self::KIND, &[Uuid::nil()], &[self.0])
        }
    }

    #[test]
    fn each_state_of_each_thing_has_a_name_of_its_own() {
        let mut seen = HashSet::new();
        for kind in [ResourceType::Organization, ResourceType::Project] {
            for id in [Uuid::nil(), Uuid::max()] {
                for version in [1, 2, 256, i64::MAX] {
                    assert!(seen.insert(Revision::new(kind, &[id], &[version])));
                    assert_eq!(Revision::new(kind, &[id], &[version]), Revision::new(kind, &[id], &[version]));
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let revision = Thing(1).revision();
        let text = revision.to_string();
        assert_eq!((text.len(), Revision::parse(&text)), (22, Some(revision)));
        for other in ["", "1", &text[1..], &format!("{text}="), &format!("{text}A"), "!!!!!!!!!!!!!!!!!!!!!!"] {
            assert_eq!(Revision::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_thing_must_be_in_one_state_of_those_asked_for_and_in_none_of_the_others() {
        let these = |versions: &[i64]| Some(Revisions::These(versions.iter().map(|n| Thing(*n).revision()).collect()));
        for (one_of, none_of, holds) in [
            (None, None, true),
            (Some(Revisions::Any), None, true),
            (these(&[1]), None, true),
            (these(&[2, 1]), None, true),
            (these(&[2]), None, false),
            (these(&[]), None, false),
            (None, Some(Revisions::Any), false),
            (None, these(&[1]), false),
            (None, these(&[2]), true),
            (these(&[1]), these(&[1]), false),
        ] {
            let precondition = Precondition { one_of, none_of };
            let checked = precondition.check(&Thing(1));
            assert_eq!(checked.is_ok(), holds, "{precondition:?}");
            assert!(holds || matches!(checked, Err(Error::VersionMismatch(ResourceType::Project))));
        }
    }
}
