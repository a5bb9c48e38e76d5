//! What else a provider's callers must know.

use serde_json::{Map, Value};

use super::secret_member::{is_a_secret, looks_like_a_secret};
use crate::error::{Error, Violation};

/// What else whoever calls the provider must know, in words of their own: a JSON object of at most
/// [`ProviderConfig::MAX_BYTES`] bytes (in UTF-8, without white space between its parts) and
/// [`ProviderConfig::MAX_LEVELS`] levels, itself included, in which nothing looks like a secret. It means nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderConfig(Map<String, Value>);

/// The field, for errors.
const FIELD: &str = "config";

impl ProviderConfig {
    /// The size of the largest one, in bytes.
    pub const MAX_BYTES: usize = 16 * 1_024;
    /// How deeply objects and lists may lie in each other.
    pub const MAX_LEVELS: usize = 8;

    /// Takes the members of an object.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `config` when it is too large or too deep; of `config.options[2].password`, say, for what
    /// looks like a secret.
    pub fn new(members: Map<String, Value>) -> Result<Self, Error> {
        check_members(&members, FIELD, 1)?;
        let config = Self(members);
        if config.to_json().len() > Self::MAX_BYTES {
            return Err(Violation::new("must not have more than 16384 bytes").of(FIELD));
        }
        Ok(config)
    }

    /// Reads what [`ProviderConfig::to_json`] wrote. That is not judged again: what looks like a secret today may not have
    /// done so when it was taken, and must stay readable.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `config` for what is no JSON object.
    pub fn parse_json(text: &str) -> Result<Self, Error> {
        let members = serde_json::from_str(text).map_err(|_| Violation::new("must be a JSON object").of(FIELD))?;
        Ok(Self(members))
    }

    /// The object as text, without white space between its parts.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// The members.
    #[must_use]
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<ProviderConfig> for Map<String, Value> {
    fn from(config: ProviderConfig) -> Self {
        config.0
    }
}

/// Judges the members of an object that lies at `path`, on this level.
fn check_members(members: &Map<String, Value>, path: &str, level: usize) -> Result<(), Error> {
    for (name, value) in members {
        let path = format!("{path}.{name}");
        if looks_like_a_secret(name, value) {
            return Err(secret(path));
        }
        check(value, &path, level)?;
    }
    Ok(())
}

/// Judges a value that lies at `path` in something on this level.
fn check(value: &Value, path: &str, level: usize) -> Result<(), Error> {
    // Asked before going down, so that nothing is too deep for this itself.
    if level >= ProviderConfig::MAX_LEVELS && (value.is_object() || value.is_array()) {
        return Err(Violation::new("must not have more than 8 levels").of(FIELD));
    }
    match value {
        Value::Object(members) => check_members(members, path, level + 1),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            let path = format!("{path}[{index}]");
            match item {
                Value::String(text) if is_a_secret(text) => Err(secret(path)),
                item => check(item, &path, level + 1),
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn secret(path: String) -> Error {
    Violation::new("looks like a secret: send it as api_key, which is encrypted").of(path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(value: &Value) -> Result<ProviderConfig, Error> {
        ProviderConfig::new(value.as_object().unwrap().clone())
    }

    fn field(value: &Value) -> String {
        match config(value) {
            Err(Error::Invalid { field, .. }) => field.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whatever_is_no_secret_is_taken_and_comes_back_as_it_was() {
        for value in [
            json!({}),
            json!({"region": "eu", "timeout": 1.5, "retries": 3, "stream": true, "proxy": null, "stop": ["a", {}]}),
            json!({"": {"\u{0}": "\u{10ffff}🦀"}, "n": [u64::MAX, i64::MIN, 1e300, -0.5]}),
        ] {
            let config = config(&value).unwrap();
            assert_eq!(ProviderConfig::parse_json(&config.to_json()).unwrap(), config);
            assert_eq!(Value::Object(config.into()), value);
        }
        for text in ["", "[]", "null", "{} x"] {
            assert!(ProviderConfig::parse_json(text).is_err(), "{text}");
        }
        assert!(ProviderConfig::parse_json(r#"{"api_key":"x"}"#).is_ok());
    }

    #[test]
    fn what_looks_like_a_secret_is_refused_wherever_it_lies() {
        for (value, path) in [
            (json!({"api_key": "x"}), "config.api_key"),
            (json!({"a": {"b": {"clientSecret": "x"}}}), "config.a.b.clientSecret"),
            (json!({"options": [1, {"a": 1}, {"password": ["x"]}]}), "config.options[2].password"),
            (json!({"list": ["a", "sk-0123456789abcdef"]}), "config.list[1]"),
            (json!({"nested": [["Bearer 0123456789abcdef"]]}), "config.nested[0][0]"),
            (json!({"url": "https://a:b@example.com"}), "config.url"),
        ] {
            assert_eq!(field(&value), path);
            let refusal = config(&value).unwrap_err().to_string();
            assert!(refusal.contains("send it as api_key"), "{refusal}");
        }
    }

    #[test]
    fn it_has_so_many_levels() {
        let deep = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"a": inner}));
        assert!(config(&deep(8)).is_ok());
        assert_eq!(field(&deep(9)), "config");
        assert_eq!(field(&deep(1_000)), "config");
        assert!(config(&json!({"a": [[[[[[[1]]]]]]]})).is_ok());
        assert_eq!(field(&json!({"a": [[[[[[[[]]]]]]]]})), "config");
    }

    #[test]
    fn it_has_so_many_bytes() {
        let sized = |bytes: usize| json!({"a": "ä".repeat((bytes - 8) / 2)});
        assert_eq!(config(&sized(16_384)).unwrap().to_json().len(), 16_384);
        assert_eq!(field(&sized(16_386)), "config");
    }
}
