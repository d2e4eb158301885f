//! Rules on one schema: what OpenAPI 3.1 writes becomes what 3.0 knows.

use serde_json::{Map, Value, json};

use crate::error::Problem;
use crate::read::pointer;

/// Applies the rules to one schema, whose inner schemas have been through them.
pub(super) fn lower(place: &str, schema: &mut Map<String, Value>, warnings: &mut Vec<Problem>) {
    alternatives_with_null(schema);
    alternatives_of_plain_values(schema);
    several_types(schema);
    const_to_enum(schema);
    content_media_type_to_binary(schema);
    siblings_of_a_reference(schema);
    limits(schema);
    defaults(schema);
    unknown_formats(schema);
    keywords_without_rust(place, schema, warnings);
    unread_keywords(schema);
}

/// `oneOf: [X, {type: null}]` becomes a nullable X.
fn alternatives_with_null(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else {
            continue;
        };
        let before = alternatives.len();
        alternatives.retain(|alternative| !is_null(alternative));
        if alternatives.len() == before {
            continue;
        }
        if let [only] = alternatives.as_slice() {
            let only = only.clone();
            schema.remove(keyword);
            schema.insert("allOf".to_owned(), json!([only]));
        }
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Of plain values the widest: text if there is text among them (models read numbers and booleans into text, too), else a
/// number. Secrets stay what they are.
fn alternatives_of_plain_values(schema: &mut Map<String, Value>) {
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
            () => "number",
        };
        schema.remove(keyword);
        schema.insert("type".to_owned(), json!(widest));
    }
}

const PLAIN: [&str; 4] = ["string", "integer", "number", "boolean"];

/// The inner schemas are rewritten first, so `{type: null}` may already have lost its type.
fn is_null(schema: &Value) -> bool {
    schema == &json!({"type": "null"}) || schema == &json!({"nullable": true})
}

/// `type: [T, null]` becomes a nullable T. Where text is one of several types it becomes text alone: models read
/// numbers and booleans into text, too. Other mixtures become alternatives.
fn several_types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else {
        return;
    };
    let mut types = types.clone();
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
            let alternatives: Vec<Value> =
                several.iter().map(|name| json!({"type": name})).collect();
            schema.remove("type");
            schema.insert("oneOf".to_owned(), Value::Array(alternatives));
        }
    }
}

/// `const: X` becomes `enum: [X]`.
fn const_to_enum(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// Text with a `contentMediaType` but no `contentEncoding` is bytes: `format: binary`.
fn content_media_type_to_binary(schema: &mut Map<String, Value>) {
    if schema.remove("contentMediaType").is_some() && !schema.contains_key("contentEncoding") {
        schema.insert("format".to_owned(), json!("binary"));
    }
}

/// What stands beside a `$ref` is lost in 3.0: the reference moves into an `allOf`.
fn siblings_of_a_reference(schema: &mut Map<String, Value>) {
    if schema.len() < 2 {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        schema.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

/// Bounds of a value are for those who test a server: models are read leniently and refuse nothing that can be read.
fn limits(schema: &mut Map<String, Value>) {
    for keyword in [
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "contains",
        "propertyNames",
        "if",
        "then",
        "else",
    ] {
        schema.remove(keyword);
    }
}

/// A default is what the server takes where nothing is said; the client says nothing then.
fn defaults(schema: &mut Map<String, Value>) {
    schema.remove("default");
}

/// Formats that become Rust types; a value of any other is text or a number like others.
const FORMATS: [&str; 8] = [
    "binary",
    "byte",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];

fn unknown_formats(schema: &mut Map<String, Value>) {
    let format = schema.get("format").and_then(Value::as_str);
    if format.is_some_and(|format| !FORMATS.contains(&format)) {
        schema.remove("format");
    }
}

/// What says more of a value than a Rust type can.
fn keywords_without_rust(
    place: &str,
    schema: &mut Map<String, Value>,
    warnings: &mut Vec<Problem>,
) {
    for keyword in [
        "not",
        "patternProperties",
        "prefixItems",
        "dependentSchemas",
    ] {
        if schema.remove(keyword).is_some() {
            let what = "is left out: no Rust type says this";
            warnings.push(Problem::new(&pointer(place, keyword), what));
        }
    }
    if schema.get("items").is_some_and(|items| !items.is_object()) {
        schema.insert("items".to_owned(), json!({}));
    }
}

/// What progenitor does not read, or stumbles over.
fn unread_keywords(schema: &mut Map<String, Value>) {
    for keyword in [
        "examples",
        "example",
        "discriminator",
        "xml",
        "externalDocs",
        "deprecated",
    ] {
        schema.remove(keyword);
    }
    schema.retain(|keyword, _| !keyword.starts_with("x-") || keyword == "x-required");
}
