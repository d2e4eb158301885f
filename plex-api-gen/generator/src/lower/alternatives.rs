//! Rules on schemas of which several things can come.

use serde_json::{Map, Value, json};

use super::schemas::WORDS;
use super::{Moved, Warnings};
use crate::error::Problem;
use crate::read::pointer;

/// `oneOf: [X, {type: null}]` becomes a nullable X, and one alternative alone is what it is.
pub(super) fn alternatives_with_null(
    place: &str,
    schema: &mut Map<String, Value>,
    moved: &mut Moved,
) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = alternatives.len();
        let index = alternatives.iter().position(|one| !is_null(one));
        alternatives.retain(|alternative| !is_null(alternative));
        let may_be_null = alternatives.len() < before;
        match alternatives.as_slice() {
            [] => {
                schema.remove(keyword);
            }
            [only] => {
                let only = only.clone();
                schema.remove(keyword);
                let from = format!("{}/{}", pointer(place, keyword), index.unwrap_or_default());
                in_place(schema, only, &mut |keyword| {
                    moved.note(&pointer(&from, keyword), &pointer(place, keyword));
                });
            }
            _ => {}
        }
        if may_be_null {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
}

/// Says of a schema what another one says, and tells which keywords are taken over; a reference is kept as one, and what the
/// schema says itself counts.
fn in_place(schema: &mut Map<String, Value>, other: Value, taken_over: &mut impl FnMut(&str)) {
    match other {
        Value::Object(other) if !other.contains_key("$ref") => {
            for (keyword, value) in other {
                if !schema.contains_key(&keyword) {
                    taken_over(&keyword);
                    schema.insert(keyword, value);
                }
            }
        }
        reference => add_part(schema, reference),
    }
}

/// Adds a part to the `allOf` of a schema.
pub(super) fn add_part(schema: &mut Map<String, Value>, part: Value) {
    match schema.get_mut("allOf") {
        Some(Value::Array(parts)) => parts.insert(0, part),
        _ => {
            schema.insert("allOf".to_owned(), json!([part]));
        }
    }
}

/// Of plain values the widest: text if there is text among them, or a boolean beside numbers (models read numbers and booleans
/// into text, too), else a number. Secrets stay what they are.
pub(super) fn alternatives_of_plain_values(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get(keyword) else {
            continue;
        };
        let is_plain = |alternative: &Value| {
            let name = alternative["type"].as_str().unwrap_or_default();
            PLAIN.contains(&name) && alternative["format"] != "password"
        };
        if alternatives.is_empty() || !alternatives.iter().all(is_plain) {
            continue;
        }
        let is = |name: &str| {
            alternatives
                .iter()
                .any(|alternative| alternative["type"] == name)
        };
        let all = |name: &str| {
            alternatives
                .iter()
                .all(|alternative| alternative["type"] == name)
        };
        let widest = match () {
            () if is("string") => "string",
            () if all("integer") => "integer",
            () if all("boolean") => "boolean",
            () if is("boolean") => "string",
            () => "number",
        };
        let may_be_null = alternatives
            .iter()
            .any(|alternative| alternative["nullable"] == true);
        schema.remove(keyword);
        schema.insert("type".to_owned(), json!(widest));
        if may_be_null {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
}

const PLAIN: [&str; 4] = ["string", "integer", "number", "boolean"];

/// The inner schemas are rewritten first, so `{type: null}` has lost its type already.
fn is_null(schema: &Value) -> bool {
    let Some(schema) = schema.as_object() else {
        return false;
    };
    let says_more = |keyword: &String| keyword != "nullable" && !WORDS.contains(&keyword.as_str());
    schema.get("nullable") == Some(&json!(true)) && !schema.keys().any(says_more)
}

/// `type: [T, null]` becomes a nullable T. Where text is one of several types it becomes text alone: models read
/// numbers and booleans into text, too. Other mixtures become alternatives.
pub(super) fn several_types(schema: &mut Map<String, Value>) {
    let mut types = match schema.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(null) if null == "null" => vec![null.clone()],
        _ => return,
    };
    let before = types.len();
    types.retain(|name| name != "null");
    if types.len() < before {
        schema.insert("nullable".to_owned(), json!(true));
    }
    let is_plain = |name: &Value| PLAIN.iter().any(|plain| name == plain);
    match types.as_slice() {
        [] => {
            schema.remove("type");
        }
        [only] => {
            schema.insert("type".to_owned(), only.clone());
        }
        several if several.contains(&json!("string")) && several.iter().all(is_plain) => {
            schema.insert("type".to_owned(), json!("string"));
        }
        several => {
            let alternatives = several.iter().map(|name| one_of_several(schema, name));
            let alternatives = alternatives.collect();
            OF_OBJECTS.iter().chain(&OF_LISTS).for_each(|keyword| {
                schema.remove(*keyword);
            });
            schema.remove("type");
            schema.insert("oneOf".to_owned(), Value::Array(alternatives));
        }
    }
}

const OF_OBJECTS: [&str; 3] = ["properties", "required", "additionalProperties"];

const OF_LISTS: [&str; 1] = ["items"];

/// What a schema says of one of its types.
fn one_of_several(schema: &Map<String, Value>, name: &Value) -> Value {
    let keywords: &[&str] = match name.as_str() {
        Some("object") => &OF_OBJECTS,
        Some("array") => &OF_LISTS,
        _ => &[],
    };
    let mut alternative = json!({ "type": name });
    for keyword in keywords {
        if let Some(value) = schema.get(*keyword) {
            alternative[*keyword] = value.clone();
        }
    }
    alternative
}

/// A type that JSON does not have, such as `file`, is any JSON.
pub(super) fn unknown_types(place: &str, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    let Some(name) = schema.get("type") else {
        return;
    };
    let name = name.as_str().unwrap_or_default();
    if !PLAIN.contains(&name) && !["array", "object"].contains(&name) {
        let what = format!("is `{name}`, which is no type; it is any JSON");
        warnings.push(Problem::new(&pointer(place, "type"), what));
        schema.remove("type");
    }
}
