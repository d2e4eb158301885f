//! Rules on enums: those of strings become open enums; all others become their type, with the known values in the docs.

use serde_json::{Map, Value, json};

use super::facts::{CONSTANT, FLAG};
use crate::document::keywords::KNOWN_VALUES;
use crate::markdown::code;

/// Applies the rules to one schema. Values of several types stay for [`mixed`].
pub(super) fn lower(schema: &mut Map<String, Value>) {
    if schema.get("format") == Some(&json!("password")) {
        schema.remove("enum");
        return;
    }
    let is_text = schema.get("type") == Some(&json!("string"));
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return;
    };
    let is_nullable = values.iter().any(Value::is_null);
    values.retain(|value| !value.is_null());
    if is_text {
        values.iter_mut().for_each(as_text);
        values.retain(Value::is_string);
    }
    without_duplicates(values);
    let values = values.clone();
    if is_nullable {
        schema.insert("nullable".to_owned(), json!(true));
    }
    if values.iter().all(Value::is_string) {
        schema.insert("type".to_owned(), json!("string"));
        schema.remove("format");
        return;
    }
    let name = match () {
        () if values.iter().all(|value| value.is_i64() || value.is_u64()) => "integer",
        () if values.iter().all(Value::is_number) => "number",
        () if values.iter().all(Value::is_boolean) => "boolean",
        () if schema.contains_key("type") => "",
        () => return,
    };
    schema.remove("enum");
    schema.entry("type").or_insert(json!(name));
    if values
        .iter()
        .all(|value| *value == json!(0) || *value == json!(1))
    {
        schema.insert(FLAG.to_owned(), json!(true));
    }
    if let [only] = values.as_slice() {
        schema.insert(CONSTANT.to_owned(), only.clone());
    }
    document(schema, &values);
}

/// Returns whether a schema is an enum with values of several types.
pub(super) fn is_mixed(schema: &Map<String, Value>) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    values.is_some_and(|values| !values.iter().all(Value::is_string))
}

/// Replaces an enum with values of several types: a string in responses, which are read leniently, and else any JSON.
pub(super) fn mixed(schema: &mut Map<String, Value>, is_read: bool) {
    let Some(Value::Array(values)) = schema.remove("enum") else {
        return;
    };
    if is_read {
        schema.insert("type".to_owned(), json!("string"));
    }
    document(schema, &values);
}

/// Adds the known values to the description.
fn document(schema: &mut Map<String, Value>, values: &[Value]) {
    let known: Vec<String> = values
        .iter()
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| code(&value.to_string()), code)
        })
        .collect();
    let known = format!("{KNOWN_VALUES} {}.", known.join(", "));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) => format!("{}\n\n{known}", text.trim_end()),
        None => known,
    };
    schema.insert("description".to_owned(), json!(description));
}

/// YAML reads an unquoted `yes` or `1` as another type than a string.
fn as_text(value: &mut Value) {
    if value.is_boolean() || value.is_number() {
        *value = json!(value.to_string());
    }
}

fn without_duplicates(values: &mut Vec<Value>) {
    let mut seen = Vec::new();
    values.retain(|value| {
        let is_new = !seen.contains(value);
        seen.push(value.clone());
        is_new
    });
}
