//! Two schemas of one thing: whether the newer one takes all that was sent, or tells no less than was told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::object;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the client to the service.
    Sent,
    /// From the service to the client.
    Answered,
}

/// A place in a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'d> {
    pub(super) document: &'d Value,
    pub(super) at: &'d Value,
}

impl<'d> Side<'d> {
    /// A member of what is there.
    pub(super) fn of(self, name: &str) -> Self {
        Self { at: &self.resolved().at[name], ..self }
    }

    /// What is there, or what it refers to.
    pub(super) fn resolved(self) -> Self {
        let Some(reference) = self.at["$ref"].as_str() else { return self };
        let pointer = reference.trim_start_matches('#');
        Self { at: self.document.pointer(pointer).unwrap_or(&Value::Null), ..self }.resolved()
    }

    /// The parameters of an operation.
    pub(super) fn parameters(self) -> Vec<Self> {
        let parameters = self.at["parameters"].as_array().into_iter().flatten();
        parameters.map(|at| Self { at, ..self }.resolved()).collect()
    }

    /// The ways in which a value may be formed; one, where the schema does not tell several.
    fn ways(self) -> Vec<Self> {
        let side = self.resolved();
        let ways = ["oneOf", "anyOf"].iter().find_map(|word| side.at[*word].as_array());
        ways.map_or_else(|| vec![side], |ways| ways.iter().flat_map(|at| Self { at, ..side }.ways()).collect())
    }

    /// What `type` says: none for anything.
    fn types(self) -> BTreeSet<&'d str> {
        match &self.at["type"] {
            Value::String(one) => BTreeSet::from([one.as_str()]),
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => BTreeSet::new(),
        }
    }

    fn texts(self, word: &str) -> BTreeSet<String> {
        self.at[word].as_array().into_iter().flatten().map(ToString::to_string).collect()
    }
}

/// Adds to `found` what breaks clients of the schema `before`, once it is the schema `after`.
pub(super) fn compare(what: &str, direction: Direction, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    let (before, after) = (before.ways(), after.ways());
    let differences = |old: &Side<'_>, new: &Side<'_>| {
        let mut differences = Vec::new();
        compare_way(what, direction, *old, *new, &mut differences);
        differences
    };
    // What was sent in one way must be taken in some way; what is told in one way must be one that was told.
    let (each, some) = match direction {
        Direction::Sent => (&before, &after),
        Direction::Answered => (&after, &before),
    };
    for one in each {
        let tried = some.iter().map(|other| match direction {
            Direction::Sent => differences(one, other),
            Direction::Answered => differences(other, one),
        });
        // Where none does, the nearest one says why.
        if let Some(least) = tried.min_by_key(Vec::len) {
            found.extend(least);
        }
    }
}

fn compare_way(what: &str, direction: Direction, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    types(what, direction, before, after, found);
    if direction == Direction::Sent {
        bounds(what, before, after, found);
        let now = after.texts("enum");
        if !now.is_empty() {
            let gone = before.texts("enum").into_iter().filter(|value| !now.contains(value));
            found.extend(gone.map(|value| format!("{what}: {value} is taken no more")));
        }
    }
    for word in ["items", "additionalProperties"] {
        if before.at[word].is_object() && after.at[word].is_object() {
            compare(&format!("{what}: what is in it"), direction, before.of(word), after.of(word), found);
        }
    }
    properties(what, direction, before, after, found);
}

fn types(what: &str, direction: Direction, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    let (old, new) = (before.types(), after.types());
    if old.is_empty() || new.is_empty() {
        return;
    }
    match direction {
        Direction::Sent => found.extend(old.difference(&new).map(|kind| format!("{what}: {kind} is taken no more"))),
        Direction::Answered => found.extend(new.difference(&old).map(|kind| format!("{what}: {kind} is told, too"))),
    }
}

/// No bound of what is sent is narrower.
fn bounds(what: &str, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    for word in ["maxLength", "maxItems", "maxProperties", "maximum"] {
        let (old, new) = (before.at[word].as_f64().unwrap_or(f64::INFINITY), after.at[word].as_f64());
        if new.is_some_and(|new| new < old) {
            found.push(format!("{what}: {word} is less than it was"));
        }
    }
    for word in ["minLength", "minItems", "minProperties", "minimum"] {
        let (old, new) = (before.at[word].as_f64().unwrap_or(f64::NEG_INFINITY), after.at[word].as_f64());
        if new.is_some_and(|new| new > old) {
            found.push(format!("{what}: {word} is more than it was"));
        }
    }
    if !after.at["pattern"].is_null() && after.at["pattern"] != before.at["pattern"] {
        found.push(format!("{what}: its pattern is another one"));
    }
}

fn properties(what: &str, direction: Direction, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    let (needed_before, needed_now) = (before.texts("required"), after.texts("required"));
    for (name, _) in object(&before.at["properties"]) {
        let [old, new] = [before, after].map(|side| side.of("properties").of(name));
        if new.at.is_null() {
            found.push(format!("{what}: {name} is gone"));
        } else {
            compare(&format!("{what}: {name}"), direction, old, new, found);
        }
    }
    let said = |name: &String| name.trim_matches('"').to_owned();
    match direction {
        Direction::Sent => {
            let new = needed_now.difference(&needed_before);
            found.extend(new.map(|name| format!("{what}: {} must be given", said(name))));
        }
        Direction::Answered => {
            // What is gone altogether has been told.
            let left_out =
                needed_before.difference(&needed_now).filter(|name| !after.at["properties"][said(name)].is_null());
            found.extend(left_out.map(|name| format!("{what}: {} may be left out", said(name))));
        }
    }
}
