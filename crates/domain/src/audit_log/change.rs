//! What an entry tells of a thing before and after.

use serde_json::{Map, Value, json};

use super::Subject;

/// The members of a JSON object.
pub type Fields = Map<String, Value>;

/// The object with these members.
#[must_use]
pub fn fields<const N: usize>(members: [(&str, Value); N]) -> Fields {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A thing whose changes are audited.
pub trait Audited {
    /// What an entry names it by.
    fn subject(&self) -> Subject;

    /// Its editable fields by their names in the API; never a secret.
    fn audited_fields(&self) -> Fields;
}

/// A thing before and after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    before: Option<Fields>,
    after: Option<Fields>,
}

impl Change {
    /// Nothing changed, and what was done is told nevertheless.
    #[must_use]
    pub const fn none() -> Self {
        Self { before: None, after: None }
    }

    /// A thing that was made: all its fields, after.
    #[must_use]
    pub fn created(thing: &impl Audited) -> Self {
        Self { before: None, after: Some(thing.audited_fields()) }
    }

    /// A thing that was changed: the fields that differ, before and after.
    #[must_use]
    pub fn updated<T: Audited>(before: &T, after: &T) -> Self {
        let (mut before, mut after) = (before.audited_fields(), after.audited_fields());
        let same: Vec<String> = before
            .iter()
            .filter(|(name, value)| after.get(*name) == Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        for name in same {
            before.remove(&name);
            after.remove(&name);
        }
        Self { before: Some(before), after: Some(after) }
    }

    /// A thing that was deleted: all its fields, before.
    #[must_use]
    pub fn deleted(thing: &impl Audited) -> Self {
        Self::removed(thing.audited_fields())
    }

    /// Something with these fields that is gone.
    #[must_use]
    pub const fn removed(fields: Fields) -> Self {
        Self { before: Some(fields), after: None }
    }

    /// The change, and after it one thing more that no field shows.
    #[must_use]
    pub fn and_after(mut self, name: &str, value: Value) -> Self {
        self.after.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    /// The `details` of the entry: the owner of the key that acted, before and after.
    pub(crate) fn into_details(self, owner: &Value) -> String {
        json!({ "owner": owner, "before": self.before, "after": self.after }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(&'static str, u8);

    impl Audited for Thing {
        fn subject(&self) -> Subject {
            Subject { id: uuid::Uuid::nil(), organization: None, project: None }
        }

        fn audited_fields(&self) -> Fields {
            fields([("name", self.0.into()), ("size", self.1.into())])
        }
    }

    #[test]
    fn an_update_tells_what_differs_alone() {
        let details = Change::updated(&Thing("a", 1), &Thing("a", 2)).into_details(&Value::Null);
        assert_eq!(details, r#"{"after":{"size":2},"before":{"size":1},"owner":null}"#);
    }

    #[test]
    fn what_no_field_shows_is_told_beside_them() {
        let change = Change::updated(&Thing("a", 1), &Thing("a", 2)).and_after("painted", true.into());
        let details = change.into_details(&Value::Null);
        assert_eq!(details, r#"{"after":{"painted":true,"size":2},"before":{"size":1},"owner":null}"#);
        let details = Change::none().into_details(&Value::Null);
        assert_eq!(details, r#"{"after":null,"before":null,"owner":null}"#);
    }

    #[test]
    fn a_creation_has_no_before_and_a_deletion_no_after() {
        let created = Change::created(&Thing("a", 1)).into_details(&json!({"type": "system"}));
        assert_eq!(created, r#"{"after":{"name":"a","size":1},"before":null,"owner":{"type":"system"}}"#);
        let deleted = Change::deleted(&Thing("a", 1)).into_details(&Value::Null);
        assert_eq!(deleted, r#"{"after":null,"before":{"name":"a","size":1},"owner":null}"#);
    }
}
