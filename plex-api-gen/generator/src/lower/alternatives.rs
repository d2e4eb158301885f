//! Rules on schemas with several types or alternatives.

use serde_json::{Map, Value, json};

use super::source_map::SourceMap;
use super::warnings::Warnings;
use crate::document::Pointer;
use crate::document::keywords::{
    ALTERNATIVES, ANNOTATIONS, ARRAY_KEYWORDS, OBJECT_KEYWORDS, SCALAR_TYPES, TAGS,
};

/// Replaces `oneOf: [X, {type: null}]` with a nullable X, and a single alternative with its schema.
pub(super) fn with_null(
    place: &Pointer,
    schema: &mut Map<String, Value>,
    source_map: &mut SourceMap,
) {
    let is_tagged = schema.contains_key(TAGS);
    for keyword in ALTERNATIVES {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = alternatives.len();
        let index = alternatives.iter().position(|one| !is_null(one));
        alternatives.retain(|alternative| !is_null(alternative));
        let is_nullable = alternatives.len() < before;
        match alternatives.as_slice() {
            [] => {
                schema.remove(keyword);
            }
            // A base with one subtype can have others later.
            [_] if is_tagged => {}
            [only] => {
                let only = only.clone();
                schema.remove(keyword);
                let from = place.join(keyword).index(index.unwrap_or_default());
                merge(schema, only, &mut |keyword| {
                    source_map.record(from.join(keyword), place.join(keyword));
                });
            }
            _ => {}
        }
        if is_nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
}

/// Makes a schema nullable if one of its alternatives is.
pub(super) fn nullable(schema: &mut Map<String, Value>) {
    let mut is_nullable = false;
    for keyword in ALTERNATIVES {
        let alternatives = schema.get_mut(keyword).and_then(Value::as_array_mut);
        for alternative in alternatives.into_iter().flatten() {
            let removed = alternative
                .as_object_mut()
                .and_then(|one| one.remove("nullable"));
            is_nullable |= removed == Some(json!(true));
        }
    }
    if is_nullable {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Removes alternatives that only require different properties of one object.
pub(super) fn only_required(schema: &mut Map<String, Value>) {
    let constrains_names = |alternative: &Value| {
        let is_kept = |keyword: &String| {
            !["required", "not", "type"].contains(&keyword.as_str())
                && !ANNOTATIONS.contains(&keyword.as_str())
        };
        let object = alternative.as_object();
        object.is_some_and(|object| {
            let has_names = object.contains_key("required") || object.contains_key("not");
            has_names && !object.keys().any(is_kept)
        })
    };
    for keyword in ALTERNATIVES {
        let alternatives = schema.get(keyword).and_then(Value::as_array);
        if alternatives.is_some_and(|all| all.iter().all(constrains_names)) {
            schema.remove(keyword);
        }
    }
}

/// Copies the keywords that a schema does not have itself from another one, and calls `copied` for each. A reference stays
/// a reference.
fn merge(schema: &mut Map<String, Value>, other: Value, copied: &mut impl FnMut(&str)) {
    match other {
        Value::Object(other) if !other.contains_key("$ref") => {
            for (keyword, value) in other {
                if !schema.contains_key(&keyword) {
                    copied(&keyword);
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

/// Replaces alternatives of scalars with the widest of them: a string if one is a string, or if booleans and numbers are mixed
/// (models read both into strings), else a number. Secrets stay as they are.
pub(super) fn of_scalars(schema: &mut Map<String, Value>) {
    for keyword in ALTERNATIVES {
        let Some(Value::Array(alternatives)) = schema.get(keyword) else {
            continue;
        };
        let is_scalar = |alternative: &Value| {
            let name = alternative["type"].as_str().unwrap_or_default();
            SCALAR_TYPES.contains(&name) && alternative["format"] != "password"
        };
        if alternatives.is_empty() || !alternatives.iter().all(is_scalar) {
            continue;
        }
        let any = |name: &str| alternatives.iter().any(|one| one["type"] == name);
        let all = |name: &str| alternatives.iter().all(|one| one["type"] == name);
        let widest = match () {
            () if any("string") => "string",
            () if all("integer") => "integer",
            () if all("boolean") => "boolean",
            () if any("boolean") => "string",
            () => "number",
        };
        let is_nullable = alternatives.iter().any(|one| one["nullable"] == true);
        let known = known_values(alternatives);
        schema.remove(keyword);
        if let Some(known) = known.filter(|_| widest == "string") {
            schema.insert("enum".to_owned(), Value::Array(known));
        }
        schema.insert("type".to_owned(), json!(widest));
        if is_nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
}

/// Returns the values that alternative strings list, if they are all strings and some list values.
fn known_values(alternatives: &[Value]) -> Option<Vec<Value>> {
    if !alternatives.iter().all(|one| one["type"] == "string") {
        return None;
    }
    let mut known: Vec<Value> = Vec::new();
    for value in alternatives
        .iter()
        .filter_map(|one| one["enum"].as_array())
        .flatten()
    {
        if !known.contains(value) {
            known.push(value.clone());
        }
    }
    (!known.is_empty()).then_some(known)
}

/// Returns whether only null matches a schema. Inner schemas are lowered first, so `{type: null}` is only nullable by now.
fn is_null(schema: &Value) -> bool {
    let Some(schema) = schema.as_object() else {
        return false;
    };
    let constrains =
        |keyword: &String| keyword != "nullable" && !ANNOTATIONS.contains(&keyword.as_str());
    schema.get("nullable") == Some(&json!(true)) && !schema.keys().any(constrains)
}

/// Replaces `type: [T, null]` with a nullable T, and several scalar types that include a string with a string: models
/// also read numbers and booleans into strings. Other combinations become alternatives.
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
    let is_scalar = |name: &Value| SCALAR_TYPES.iter().any(|scalar| name == scalar);
    match types.as_slice() {
        [] => {
            schema.remove("type");
        }
        [only] => {
            schema.insert("type".to_owned(), only.clone());
        }
        several if several.contains(&json!("string")) && several.iter().all(is_scalar) => {
            schema.insert("type".to_owned(), json!("string"));
        }
        several => {
            let alternatives = several.iter().map(|name| one_of_several(schema, name));
            let alternatives = alternatives.collect();
            OBJECT_KEYWORDS
                .iter()
                .chain(&ARRAY_KEYWORDS)
                .for_each(|keyword| {
                    schema.remove(*keyword);
                });
            schema.remove("type");
            schema.insert("oneOf".to_owned(), Value::Array(alternatives));
        }
    }
}

/// Returns the part of a schema that describes one of its types.
fn one_of_several(schema: &Map<String, Value>, name: &Value) -> Value {
    let keywords: &[&str] = match name.as_str() {
        Some("object") => &OBJECT_KEYWORDS,
        Some("array") => &ARRAY_KEYWORDS,
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

/// Replaces a type that JSON does not have, such as `file`, with any JSON.
pub(super) fn unknown_types(
    place: &Pointer,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    let Some(name) = schema.get("type") else {
        return;
    };
    let name = name.as_str().unwrap_or_default();
    if !SCALAR_TYPES.contains(&name) && !["array", "object"].contains(&name) {
        let what = format!("is `{name}`, which is not a JSON type; it is any JSON");
        warnings.push(place.join("type"), what);
        schema.remove("type");
    }
}
