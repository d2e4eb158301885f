//! Rules on one schema: OpenAPI 3.1 becomes 3.0.

use serde_json::{Map, Value, json};

use super::facts::{CONSTANT, FLAG};
use super::warnings::Warnings;
use super::{alternatives, enums};
use crate::document::keywords::{
    BOUNDS, CONST, FORMATS, INEXPRESSIBLE, NAME, REQUIRED, TAGS, UNREAD,
};
use crate::document::{Pointer, for_each_subschema};

/// Applies the rules to one schema, whose inner schemas have been lowered.
pub(super) fn lower(place: &Pointer, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    schemas_without_keywords(place, schema, warnings);
    alternatives::several_types(schema);
    alternatives::unknown_types(place, schema, warnings);
    items_of_an_object(place, schema, warnings);
    alternatives::with_null(place, schema, &mut warnings.source_map);
    alternatives::nullable(schema);
    alternatives::of_scalars(schema);
    const_to_enum(schema);
    enum_without_values(schema);
    enums::lower(schema);
    content_media_type_to_binary(schema);
    schema.retain(|keyword, _| keyword != "default" && !BOUNDS.contains(&keyword.as_str()));
    unknown_formats(schema);
    titles(schema);
    required_names(place, schema, warnings);
    inexpressible_keywords(place, schema, warnings);
    schema.retain(|keyword, _| {
        let is_extension = keyword.starts_with("x-")
            && ![REQUIRED, TAGS, NAME, CONSTANT, CONST, FLAG].contains(&keyword.as_str());
        !is_extension && !UNREAD.contains(&keyword.as_str())
    });
}

/// Replaces `true`, a missing schema (`name:` with nothing after it) and other values that are not schemas with any JSON.
fn schemas_without_keywords(
    place: &Pointer,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    let keywords = ["properties", "oneOf", "anyOf", "allOf", "items"];
    let mut replace = |place: &Pointer, value: &mut Value| {
        if value.is_object() {
            return;
        }
        if *value != true && !value.is_null() {
            warnings.push(place, "is any JSON: it is not a schema");
        }
        *value = json!({});
    };
    for_each_subschema(place, schema, &keywords, &mut replace);
    // Here a boolean has a meaning of its own.
    let keywords = ["additionalProperties"];
    for_each_subschema(place, schema, &keywords, &mut |place, value| {
        if !value.is_boolean() {
            replace(place, value);
        }
    });
}

/// Removes `items` beside `properties`: a value is either an object or an array.
fn items_of_an_object(place: &Pointer, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    let is_object = schema.get("type").is_none() && schema.contains_key("properties");
    if is_object && schema.remove("items").is_some() {
        let what = "is left out: the schema also has properties, and is an object";
        warnings.push(place.join("items"), what);
    }
}

/// Replaces `const: X` with `enum: [X]`, and marks it as the only value.
fn const_to_enum(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        schema.insert(CONST.to_owned(), value.clone());
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// Removes an enum without a value other than null.
fn enum_without_values(schema: &mut Map<String, Value>) {
    let Some(values) = schema.get("enum") else {
        return;
    };
    let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
    if values.iter().all(Value::is_null) {
        if !values.is_empty() {
            schema.insert("nullable".to_owned(), json!(true));
        }
        schema.remove("enum");
    }
}

/// A string with a `contentMediaType` but without a `contentEncoding` is bytes: `format: binary`.
fn content_media_type_to_binary(schema: &mut Map<String, Value>) {
    if schema.remove("contentMediaType").is_some() && !schema.contains_key("contentEncoding") {
        schema.insert("format".to_owned(), json!("binary"));
    }
}

fn unknown_formats(schema: &mut Map<String, Value>) {
    let format = schema.get("format").and_then(Value::as_str);
    if format.is_some_and(|format| !FORMATS.contains(&format)) {
        schema.remove("format");
    }
}

/// Turns a title into the description where there is none. progenitor would name types by it, and reuse taken names.
fn titles(schema: &mut Map<String, Value>) {
    if let Some(title) = schema.remove("title") {
        schema.entry("description").or_insert(title);
    }
}

/// Removes duplicates from `required`, and removes the `required: true` of older versions.
fn required_names(place: &Pointer, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    let Some(required) = schema.get_mut("required") else {
        return;
    };
    let names = required.as_array_mut();
    if let Some(names) = names.filter(|names| names.iter().all(Value::is_string)) {
        let mut seen = Vec::new();
        names.retain(|name| {
            let is_new = !seen.contains(name);
            seen.push(name.clone());
            is_new
        });
        return;
    }
    schema.remove("required");
    let what = "is left out: it is not an array of names";
    warnings.push(place.join("required"), what);
}

fn inexpressible_keywords(
    place: &Pointer,
    schema: &mut Map<String, Value>,
    warnings: &mut Warnings,
) {
    for keyword in INEXPRESSIBLE {
        if schema.remove(keyword).is_some() {
            let what = "is left out: no Rust type can express it";
            warnings.push(place.join(keyword), what);
        }
    }
}
