//! Numbers, booleans and nulls where a spec has text, such as `version: 1.0`: they become text as they are written.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::Pointer;
use crate::document::keywords::{DATA, NAMED, TEXTS};

/// Replaces scalars that are text by their place with their text in the file.
pub(super) fn restore(root: &mut Value, scalars: &BTreeMap<Pointer, String>) {
    for (place, text) in scalars {
        let keys = place.keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if !is_text(root, place, &keys, text) {
            continue;
        }
        if let Some(value) = place.get_mut(root) {
            *value = Value::from(text.as_str());
        }
    }
}

fn is_text(root: &Value, place: &Pointer, keys: &[&str], text: &str) -> bool {
    let is_null = place.get(root).is_none_or(Value::is_null);
    let is_of_a_string = |schema: &[&str]| {
        let types = Pointer::of(schema).join("type");
        match types.get(root) {
            Some(Value::Array(types)) => types.iter().any(|name| name == "string"),
            name => name.is_some_and(|name| name == "string"),
        }
    };
    match keys {
        [outer @ .., "type"] | [outer @ .., "type", _] if is_keyword(outer) => {
            !is_null || text == "null"
        }
        _ if is_null => false,
        [outer @ .., "required" | "tags", _] => is_keyword(outer),
        [outer @ .., "variables", _, "default"] | [outer @ .., "variables", _, "enum", _] => {
            is_keyword(outer)
        }
        [schema @ .., "enum", _] | [schema @ .., "const"] => {
            is_keyword(schema) && is_of_a_string(schema)
        }
        [outer @ .., key] => TEXTS.contains(key) && is_keyword(outer),
        [] => false,
    }
}

/// Returns whether the keys of the object at this place are keywords, and not names or data.
fn is_keyword(keys: &[&str]) -> bool {
    let mut is_name = false;
    for key in keys {
        if !is_name && DATA.contains(key) {
            return false;
        }
        is_name = !is_name && NAMED.contains(key);
    }
    !is_name
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        crate::read::read(text).unwrap().root
    }

    #[test]
    fn scalars_where_a_spec_has_text_are_text_as_they_are_written() {
        for (text, value) in [
            ("openapi: 3.10", json!({"openapi": "3.10"})),
            (
                "info: {version: 1.0, title: 0x10}",
                json!({"info": {"version": "1.0", "title": "0x10"}}),
            ),
            (
                "a: {operationId: 7, summary: true}",
                json!({"a": {"operationId": "7", "summary": "true"}}),
            ),
            ("tags: [1, 2.0]", json!({"tags": ["1", "2.0"]})),
            ("type: [string, null]", json!({"type": ["string", "null"]})),
            ("type: null", json!({"type": "null"})),
            (
                "{type: string, enum: [1.50, true, null, 2020-01-01]}",
                json!({"type": "string", "enum": ["1.50", "true", null, "2020-01-01"]}),
            ),
            (
                "{type: [string, 'null'], const: 1}",
                json!({"type": ["string", "null"], "const": "1"}),
            ),
            (
                "{required: [1, b], properties: {1: {description: 2}}}",
                json!({"required": ["1", "b"], "properties": {"1": {"description": "2"}}}),
            ),
            (
                "variables: {port: {default: 8443, enum: [8443, 443]}}",
                json!({"variables": {"port": {"default": "8443", "enum": ["8443", "443"]}}}),
            ),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }

    #[test]
    fn other_scalars_keep_their_types() {
        for (text, value) in [
            (
                "{type: integer, enum: [1, 2]}",
                json!({"type": "integer", "enum": [1, 2]}),
            ),
            ("{enum: [1, a]}", json!({"enum": [1, "a"]})),
            ("example: {title: 1}", json!({"example": {"title": 1}})),
            ("{default: {name: 1}}", json!({"default": {"name": 1}})),
            (
                "properties: {title: true}",
                json!({"properties": {"title": true}}),
            ),
            (
                "{description: null, title: ~}",
                json!({"description": null, "title": null}),
            ),
            (
                "{minimum: 1.0, required: true}",
                json!({"minimum": 1.0, "required": true}),
            ),
        ] {
            assert_eq!(read(text), value, "{text}");
        }
    }
}
