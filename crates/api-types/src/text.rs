//! Values that a request writes as text, and that are read from nothing else.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, Unexpected, Visitor},
};
use uuid::Uuid;

/// Reads what `parse` makes of a text, and for anything else tells that `expected` was. The text itself is not
/// repeated: it may be a secret in the wrong place. An enum's derived reading would also take an object that has the
/// name for its member.
pub(crate) fn read<'de, D, T>(
    deserializer: D,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    struct Text<P> {
        expected: &'static str,
        parse: P,
    }

    impl<T, P: FnOnce(&str) -> Option<T>> Visitor<'_> for Text<P> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.expected)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            let Self { expected, parse } = self;
            parse(text).ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &expected))
        }
    }

    deserializer.deserialize_str(Text { expected, parse })
}

/// A UUID in the hyphenated form, the only one that requests may have; `Uuid` itself reads three others too.
#[derive(Clone, Copy)]
pub(crate) struct Id(pub(crate) Uuid);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Of the forms that are read, only this one has 36 characters.
        let parse = |text: &str| Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
        read(deserializer, "a UUID in its hyphenated form", parse).map(Self)
    }
}

/// Reads an [`Id`]; for `deserialize_with`.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    Id::deserialize(deserializer).map(|Id(id)| id)
}
