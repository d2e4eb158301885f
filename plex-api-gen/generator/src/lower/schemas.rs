//! Rules on one schema: what OpenAPI 3.1 writes becomes what 3.0 knows.

use serde_json::{Map, Value, json};

use super::Warnings;
use super::alternatives::{
    alternatives_of_plain_values, alternatives_with_null, several_types, unknown_types,
};
use crate::error::Problem;
use crate::read::pointer;

/// Applies the rules to one schema, whose inner schemas have been through them.
pub(super) fn lower(place: &str, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    schemas_without_keywords(place, schema, warnings);
    several_types(schema);
    unknown_types(place, schema, warnings);
    alternatives_with_null(place, schema, &mut warnings.moved);
    alternatives_of_plain_values(schema);
    const_to_enum(schema);
    no_values(schema);
    content_media_type_to_binary(schema);
    limits(schema);
    defaults(schema);
    unknown_formats(schema);
    titles(schema);
    names_of_required_fields(place, schema, warnings);
    keywords_without_rust(place, schema, warnings);
    unread_keywords(schema);
}

/// Where a schema stands, `true` and nothing at all (`name:` with nothing behind it) allow any JSON. `false` allows none.
fn schemas_without_keywords(place: &str, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    let mut inner: Vec<(String, &mut Value)> = Vec::new();
    for (keyword, value) in schema.iter_mut() {
        let place = pointer(place, keyword);
        match (keyword.as_str(), value) {
            ("properties", Value::Object(named)) => {
                inner.extend(
                    named
                        .iter_mut()
                        .map(|(name, value)| (pointer(&place, name), value)),
                );
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(several)) => {
                let several = several.iter_mut().enumerate();
                inner.extend(
                    several.map(|(index, value)| (pointer(&place, &index.to_string()), value)),
                );
            }
            ("items", value) => inner.push((place, value)),
            ("additionalProperties", value) if !value.is_boolean() => inner.push((place, value)),
            _ => {}
        }
    }
    for (place, value) in inner {
        if value.is_object() {
            continue;
        }
        if *value != json!(true) && !value.is_null() {
            warnings.push(Problem::new(&place, "is any JSON: it is no schema"));
        }
        *value = json!({});
    }
}

/// Keywords that are for people.
pub(super) const WORDS: [&str; 8] = [
    "description",
    "title",
    "example",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// `const: X` becomes `enum: [X]`.
fn const_to_enum(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// An enum that lists nothing but null says nothing of the values that can come.
fn no_values(schema: &mut Map<String, Value>) {
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

/// Text with a `contentMediaType` but no `contentEncoding` is bytes: `format: binary`.
fn content_media_type_to_binary(schema: &mut Map<String, Value>) {
    if schema.remove("contentMediaType").is_some() && !schema.contains_key("contentEncoding") {
        schema.insert("format".to_owned(), json!("binary"));
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

/// A title is what people read where there is no description. progenitor names types by it, even by that of another one.
fn titles(schema: &mut Map<String, Value>) {
    if let Some(title) = schema.remove("title") {
        schema.entry("description").or_insert(title);
    }
}

/// `required` lists names; `required: true` beside a field is a habit of older versions.
fn names_of_required_fields(place: &str, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
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
    let what = "is left out: it is no list of names";
    warnings.push(Problem::new(&pointer(place, "required"), what));
}

/// What says more of a value than a Rust type can.
fn keywords_without_rust(place: &str, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
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
