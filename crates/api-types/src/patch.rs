//! Fields of a change: left out, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a change that can be cleared. Left out, null and a value are three things, of which `Option` knows two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<T> {
    /// Left out: the field stays as it is.
    #[default]
    Absent,
    /// Null: the field is cleared.
    Null,
    /// The field is set to this.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field is left out; for `skip_serializing_if`.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The field that is sent, null or not; `None` where it is left out.
    #[must_use]
    pub fn sent(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// Writes the value, or null; also for what is left out, which only `skip_serializing_if` can leave out.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    /// Reads a value, or null; what is left out takes `default`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// Reads a field that may be left out and must not be null, which `Option` alone would take for left out; for
/// `deserialize_with`, beside `default`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
