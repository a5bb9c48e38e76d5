//! What others note of a thing: pairs of texts.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};

/// The most pairs that a thing has.
pub const MAX_PAIRS: usize = 50;
/// The longest key, in characters.
pub const KEY_MAX_LENGTH: usize = 40;
/// The longest value, in characters.
pub const VALUE_MAX_LENGTH: usize = 500;

/// Pairs. They are read strictly: no key is given twice, of which a map alone would take the last value.
pub type Metadata = Pairs<String>;

/// Changes of pairs: a value is set, and null removes the pair.
pub type MetadataChanges = Pairs<Option<String>>;

/// Values by their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Pairs<V>(pub BTreeMap<String, V>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Pairs<V> {
    /// Whether there are none; for `skip_serializing_if`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V, const N: usize> From<[(K, V); N]> for Pairs<V> {
    fn from(pairs: [(K, V); N]) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Pairs<V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
                let mut pairs = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, V>()? {
                    if pairs.insert(key, value).is_some() {
                        // Neither is repeated: what is in the wrong place may be a secret.
                        return Err(de::Error::custom("a key is given twice"));
                    }
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
pub(crate) mod schema {
    use serde_json::json;
    use utoipa::openapi::{
        ObjectBuilder,
        schema::{AdditionalProperties, SchemaType, Type},
    };

    use super::{KEY_MAX_LENGTH, MAX_PAIRS, VALUE_MAX_LENGTH};
    use crate::fields::NAME_PATTERN;

    fn value() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(VALUE_MAX_LENGTH))
            .pattern(Some(NAME_PATTERN.replace(")+$", ")*$").replace("]+$", "]*$")))
    }

    fn object(value: ObjectBuilder, description: &str) -> ObjectBuilder {
        let key = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(KEY_MAX_LENGTH))
            .pattern(Some(NAME_PATTERN));
        ObjectBuilder::new()
            .description(Some(description))
            .property_names(Some(key))
            .additional_properties(Some(AdditionalProperties::RefOr(value.into())))
            .max_properties(Some(MAX_PAIRS))
            .examples([json!({"plan": "gold", "region": "eu"})])
    }

    /// `metadata`
    pub(crate) fn metadata() -> ObjectBuilder {
        object(
            value(),
            "What others note of it: texts by keys, which mean nothing here. Without control characters. What has none has no \
             such member.",
        )
    }

    /// `metadata` in a change
    pub(crate) fn metadata_changes() -> ObjectBuilder {
        let value = value().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        object(
            value,
            "The pairs that are to be set; null removes one, and all others stay. Null in the place of the object removes all.",
        )
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .examples([json!({"plan": "platinum", "region": null})])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_texts_and_each_key_is_given_once() {
        let read = |text| serde_json::from_str::<Metadata>(text);
        assert_eq!(read(r#"{"b":"2","a":""}"#).unwrap(), Pairs::from([("a", String::new()), ("b", "2".to_owned())]));
        for text in [r#"{"a":"1","a":"1"}"#, r#"{"a":1}"#, r#"{"a":null}"#, "null", "[]", r#""a""#] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_change_may_have_nulls() {
        let changes: MetadataChanges = serde_json::from_str(r#"{"a":null,"b":"2"}"#).unwrap();
        assert_eq!(changes, Pairs::from([("a", None), ("b", Some("2".to_owned()))]));
        assert_eq!(serde_json::to_string(&changes).unwrap(), r#"{"a":null,"b":"2"}"#);
        assert!(serde_json::from_str::<MetadataChanges>(r#"{"a":null,"a":"2"}"#).is_err());
    }
}
