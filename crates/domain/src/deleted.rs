//! Soft deletion: what is deleted disappears, gives its slug back, and can be restored.

use crate::{
    error::{Error, ResourceType},
    timestamp::Timestamp,
};

/// Whether a look-up heeds soft-deleted rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deleted {
    /// They are not there.
    #[default]
    Hidden,
    /// They are there, by id and in lists; a slug still names live rows alone.
    Included,
}

/// A thing that is deleted softly.
pub trait SoftDeleted: Sized {
    /// What it is.
    const RESOURCE: ResourceType;

    /// When it was deleted; a live one has no such time.
    fn deleted_at(&self) -> Option<Timestamp>;

    /// The one that is to be restored, of all those, live and deleted, that a caller may have meant: what has the id, or
    /// the slug, that it named. Storage asks it, so that the rule stands once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; [`Error::Conflict`] when the only one is live, and when several are deleted.
    fn restorable(named: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        let (live, deleted): (Vec<_>, Vec<_>) = named.into_iter().partition(|thing| thing.deleted_at().is_none());
        let noun = Self::RESOURCE.noun();
        let mut deleted = deleted.into_iter();
        match (deleted.next(), deleted.next()) {
            (Some(deleted), None) => Ok(deleted),
            (Some(_), Some(_)) => {
                Err(Error::Conflict(format!("more than one deleted {noun} has this slug; name it by its id").into()))
            }
            (None, _) if live.is_empty() => Err(Error::NotFound(Self::RESOURCE)),
            (None, _) => Err(Error::Conflict(format!("the {noun} is not deleted").into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Thing(Option<i64>);

    impl SoftDeleted for Thing {
        const RESOURCE: ResourceType = ResourceType::Project;

        fn deleted_at(&self) -> Option<Timestamp> {
            self.0.and_then(Timestamp::from_unix_milliseconds)
        }
    }

    #[test]
    fn the_one_deleted_thing_of_a_name_is_restored_whether_a_live_one_has_it_or_not() {
        for named in [vec![Thing(Some(1))], vec![Thing(None), Thing(Some(1))]] {
            assert_eq!(Thing::restorable(named).unwrap(), Thing(Some(1)));
        }
    }

    #[test]
    fn what_is_live_alone_or_deleted_several_times_is_not() {
        assert!(matches!(Thing::restorable([]), Err(Error::NotFound(ResourceType::Project))));
        for (named, why) in [
            (vec![Thing(None)], "the project is not deleted"),
            (vec![Thing(Some(1)), Thing(Some(2))], "more than one deleted project has this slug; name it by its id"),
        ] {
            assert_eq!(Thing::restorable(named).unwrap_err().to_string(), why);
        }
    }
}
