//! JSON of any shape, as part of a request or an answer.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// A JSON object of any members. It is read strictly: none of its members, nor of those of an object within it, is given
/// twice, of which a [`Value`] alone would take the last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct JsonObject(pub Map<String, Value>);

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = JsonObject;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<JsonObject, A::Error> {
                members(map).map(JsonObject)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Map<String, Value>, A::Error> {
    let mut members = Map::new();
    while let Some(name) = map.next_key::<String>()? {
        if members.contains_key(&name) {
            return Err(de::Error::custom(format_args!("duplicate field `{name}`")));
        }
        let Strict(value) = map.next_value()?;
        members.insert(name, value);
    }
    Ok(members)
}

/// A value in which no object has a member twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Strict;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any JSON")
            }

            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
                Ok(Strict(text.into()))
            }

            fn visit_string<E>(self, text: String) -> Result<Strict, E> {
                Ok(Strict(text.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
                let mut values = Vec::new();
                while let Some(Strict(value)) = items.next_element()? {
                    values.push(value);
                }
                Ok(Strict(values.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Strict, A::Error> {
                members(map).map(|members| Strict(members.into()))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        for text in [
            "{}",
            r#"{"":null,"a":[true,false,0,-1,18446744073709551615,1.5,"\u0000"],"b":{"c":{}}}"#,
            r#"{"a":[{"b":1},{"b":1}],"b":{"b":{"b":1}}}"#,
        ] {
            let read: JsonObject = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            assert_eq!(Value::from(read.0), serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn what_is_no_object_or_has_a_member_twice_is_refused() {
        for (text, error) in [
            (r#"{"a":1,"a":1}"#, "duplicate field `a`"),
            (r#"{"x":{"a":1,"b":2,"a":null}}"#, "duplicate field `a`"),
            (r#"{"x":[{"a":1,"\u0061":1}]}"#, "duplicate field `a`"),
            ("[]", "invalid type: sequence, expected an object"),
            ("null", "invalid type: null, expected an object"),
            (r#""a""#, "expected an object"),
        ] {
            let refusal = serde_json::from_str::<JsonObject>(text).unwrap_err().to_string();
            assert!(refusal.contains(error), "{text}: {refusal}");
        }
    }
}
