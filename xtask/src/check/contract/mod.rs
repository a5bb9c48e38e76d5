//! Whether clients of the last released document work with today's (docs/decisions/0014-contract-check.md).
//!
//! What a client sends must still be taken, and what it reads must still be there: requests may only come to take more, and
//! answers only to tell more. Texts for people may change.

mod schema;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use self::schema::{Direction, Side, compare};
use crate::{openapi, process};

/// What to do about what [`prove`] finds.
pub(super) const MEND: &str =
    "keep what clients rely on; where it is meant, say so in CHANGELOG.md and run `cargo xtask openapi --released`";

/// Insists that no client of the released document breaks.
///
/// # Errors
///
/// When one would, naming every reason.
pub(super) fn prove() -> Result<()> {
    let [released, current] = [released_file(), openapi::file()].map(|file| -> Result<Value> {
        let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
    });
    let broken = breaks(&released?, &current?);
    if !broken.is_empty() {
        bail!("clients of the released document would break:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

/// Takes `openapi.json` as the document that clients rely on from now on.
///
/// # Errors
///
/// When a file cannot be read or written.
pub(crate) fn release() -> Result<()> {
    fs::copy(openapi::file(), released_file()).context("could not write the released document")?;
    Ok(())
}

fn released_file() -> PathBuf {
    process::root().join("xtask/src/check/contract/released.json")
}

/// Why clients of `released` would not work with `current`.
fn breaks(released: &Value, current: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, methods) in object(&released["paths"]) {
        for (method, before) in object(methods) {
            let name = before["operationId"].as_str().unwrap_or(path);
            let after = &current["paths"][path][method];
            if after.is_null() {
                found.push(format!("{name}: {} {path} is gone", method.to_uppercase()));
                continue;
            }
            if after["operationId"] != before["operationId"] {
                found.push(format!("{name}: its operationId is another one"));
            }
            let [before, after] = [Side { document: released, at: before }, Side { document: current, at: after }];
            parameters(name, before, after, &mut found);
            body(name, before, after, &mut found);
            answers(name, before, after, &mut found);
        }
    }
    found
}

/// Those that were are still taken, and no new one must be given.
fn parameters(name: &str, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    let (before, after) = (before.parameters(), after.parameters());
    let same = |one: &Side<'_>, other: &Side<'_>| one.at["name"] == other.at["name"] && one.at["in"] == other.at["in"];
    for old in &before {
        let called = old.at["name"].as_str().unwrap_or_default();
        match after.iter().find(|new| same(old, new)) {
            None => found.push(format!("{name}: the parameter {called} is gone")),
            Some(new) => {
                let what = format!("{name}: the parameter {called}");
                compare(&what, Direction::Sent, old.of("schema"), new.of("schema"), found);
            }
        }
    }
    let was_required = |new: &Side<'_>| before.iter().any(|old| same(old, new) && old.at["required"] == true);
    for new in after.iter().filter(|new| new.at["required"] == true && !was_required(new)) {
        found.push(format!("{name}: the parameter {} must be given", new.at["name"].as_str().unwrap_or_default()));
    }
}

fn body(name: &str, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    let (before, after) = (before.of("requestBody"), after.of("requestBody"));
    if after.at["required"] == true && before.at["required"] != true {
        found.push(format!("{name}: a body must be sent"));
    }
    for media_type in object(&before.at["content"]).map(|(media_type, _)| media_type) {
        let [old, new] = [before, after].map(|side| side.of("content").of(media_type).of("schema"));
        compare(&format!("{name}: the body"), Direction::Sent, old, new, found);
    }
}

/// Each success is told by the same status, and tells at least what it told.
fn answers(name: &str, before: Side<'_>, after: Side<'_>, found: &mut Vec<String>) {
    for (status, _) in object(&before.at["responses"]).filter(|(status, _)| status.starts_with('2')) {
        let [old, new] = [before, after].map(|side| side.of("responses").of(status).resolved());
        if new.at.is_null() {
            found.push(format!("{name}: it does not answer {status} any more"));
            continue;
        }
        for media_type in object(&old.at["content"]).map(|(media_type, _)| media_type) {
            let [old, new] = [old, new].map(|side| side.of("content").of(media_type).of("schema"));
            compare(&format!("{name}: the answer {status}"), Direction::Answered, old, new, found);
        }
    }
}

/// The members of an object; none of what is no object.
fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "paths": {"/things": {"post": {
                "operationId": "make",
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 10}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
            }}},
            "components": {"schemas": {
                "New": {
                    "type": "object",
                    "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "name": {"type": ["string", "null"]}},
                    "required": ["kind"],
                },
                "Thing": {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
                    "required": ["id"],
                },
            }},
        })
    }

    /// What breaks when the value at `pointer` becomes `value`.
    fn with(pointer: &str, value: Value) -> Vec<String> {
        let mut changed = document();
        *changed.pointer_mut(pointer).unwrap() = value;
        breaks(&document(), &changed)
    }

    #[test]
    fn what_only_grows_breaks_nobody() {
        const OPERATION: &str = "/paths/~1things/post";
        assert_eq!(breaks(&document(), &document()), Vec::<String>::new());
        for (pointer, value) in [
            ("/components/schemas/New/properties/kind/enum", json!(["a", "b", "c"])),
            ("/components/schemas/New/required", json!([])),
            ("/components/schemas/Thing/required", json!(["id", "tags"])),
            (
                "/components/schemas/Thing/properties",
                json!({
                    "id": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}, "new": {"type": "integer"},
                }),
            ),
            (&format!("{OPERATION}/parameters/0/schema/maxLength"), json!(20)),
            (
                &format!("{OPERATION}/parameters"),
                json!([
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                    {"name": "p", "in": "query", "schema": {"type": "string"}},
                ]),
            ),
        ] {
            assert_eq!(with(pointer, value), Vec::<String>::new(), "{pointer}");
        }
    }

    #[test]
    fn what_a_client_relies_on_is_missed() {
        const OPERATION: &str = "/paths/~1things/post";
        for (pointer, value, word) in [
            ("/paths", json!({}), "is gone"),
            (&format!("{OPERATION}/operationId"), json!("create"), "operationId"),
            (&format!("{OPERATION}/parameters"), json!([]), "the parameter q is gone"),
            (&format!("{OPERATION}/parameters/0/schema/maxLength"), json!(5), "maxLength"),
            (&format!("{OPERATION}/responses"), json!({"201": {}}), "does not answer 200"),
            ("/components/schemas/New/properties/kind/enum", json!(["a"]), "\"b\" is taken no more"),
            ("/components/schemas/New/properties/name/type", json!("string"), "null is taken no more"),
            ("/components/schemas/New/properties", json!({"kind": {"type": "string"}}), "name is gone"),
            ("/components/schemas/New/required", json!(["kind", "name"]), "name must be given"),
            ("/components/schemas/Thing/required", json!([]), "id may be left out"),
            ("/components/schemas/Thing/properties/id/type", json!(["string", "null"]), "null is told, too"),
            ("/components/schemas/Thing/properties/tags/items/type", json!("integer"), "integer is told, too"),
            ("/components/schemas/Thing/properties", json!({"id": {"type": "string"}}), "tags is gone"),
        ] {
            let found = with(pointer, value);
            assert!(found.len() == 1 && found[0].contains(word), "{pointer}: {found:?}");
        }
    }
}
