//! Rules that relax the models of responses: a server does not always send what its spec promises.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::components;
use super::enums::have_distinct_names;
use super::warnings::Warnings;
use crate::document::keywords::{ALTERNATIVES, REQUIRED, SCHEMAS, SECRET_COMPONENTS};
use crate::document::{
    Pointer, for_each_subschema, operations, operations_mut, reachable, successes,
};

/// Keywords whose inner schemas are changed. In responses alternatives have become any JSON.
const INNER: [&str; 4] = ["properties", "items", "additionalProperties", "allOf"];

/// Relaxes every model that is part of a response. Requests stay strict.
pub(super) fn responses(root: &mut Value, warnings: &mut Warnings) {
    let in_responses = reachable_from_responses(root);
    inline_schemas(root, warnings);
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    for (name, schema) in schemas {
        let place = components::schema(name);
        if in_responses.contains(&place) {
            relax(&place, schema, warnings);
        } else {
            enums(&place, schema, warnings);
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.remove(REQUIRED);
        }
    }
}

/// Relaxes the inline schemas of responses, such as an array of scalars.
fn inline_schemas(root: &mut Value, warnings: &mut Warnings) {
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("responses");
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            let json = "/content/application~1json/schema";
            if let Some(schema) = response.pointer_mut(json) {
                relax(&place.join(status).append(json), schema, warnings);
            }
        }
    }
}

/// Removes enums whose values do not make distinct Rust names, or have several types.
fn enums(place: &Pointer, schema: &mut Value, warnings: &mut Warnings) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let values = schema.get("enum").and_then(Value::as_array);
    let what = match values {
        Some(values) if are_mixed(values) && !schema.contains_key("type") => {
            Some("is any JSON: its values are of several types")
        }
        Some(values) if !have_distinct_names(values) => {
            Some("is a string: its values do not make distinct Rust names")
        }
        _ => None,
    };
    if let Some(what) = what {
        warnings.push(place.join("enum"), what);
        schema.remove("enum");
    }
    for_each_subschema(place, schema, &INNER, &mut |place, inner| {
        enums(place, inner, warnings);
    });
}

/// Returns whether some values are strings and others are not, apart from null.
fn are_mixed(values: &[Value]) -> bool {
    let mut values = values.iter().filter(|value| !value.is_null());
    let is_string = values.next().map(Value::is_string);
    values.any(|value| Some(value.is_string()) != is_string)
}

/// Returns the schemas that successful responses refer to, directly or through others.
fn reachable_from_responses(root: &Value) -> BTreeSet<Pointer> {
    let responses = operations(root).flat_map(|(_, operation)| successes(operation));
    reachable(root, responses.map(|(_, response)| response))
}

fn relax(place: &Pointer, schema: &mut Value, warnings: &mut Warnings) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    optional_fields(schema);
    null_arrays(schema);
    open_enums(schema);
    unknown_fields(schema);
    alternatives(place, schema, warnings);
    for_each_subschema(place, schema, &INNER, &mut |place, inner| {
        relax(place, inner, warnings);
    });
}

/// Makes fields optional, unless the spec has `x-required: true`.
fn optional_fields(schema: &mut Map<String, Value>) {
    match schema.get(REQUIRED) {
        Some(Value::Bool(true)) => {}
        // The names that the merged parts of an `allOf` require in this way.
        Some(Value::Array(names)) => {
            let names = names.clone();
            schema.insert("required".to_owned(), json!(names));
        }
        _ => {
            schema.remove("required");
        }
    }
}

/// Removes `nullable` from arrays and their items: null is read as an empty array, and null items are dropped.
fn null_arrays(schema: &mut Map<String, Value>) {
    if schema.get("type") == Some(&json!("array")) {
        schema.remove("nullable");
        if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
            items.remove("nullable");
        }
    }
}

/// Replaces an enum with its type, and documents the known values.
fn open_enums(schema: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = schema.remove("enum") else {
        return;
    };
    let known: Vec<String> = values
        .iter()
        .filter(|value| !value.is_null())
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .map(|value| format!("`{value}`"))
        .collect();
    if !schema.contains_key("type") {
        let all = |is: fn(&Value) -> bool| values.iter().all(|value| value.is_null() || is(value));
        let name = match () {
            () if all(Value::is_i64) => "integer",
            () if all(Value::is_number) => "number",
            () if all(Value::is_boolean) => "boolean",
            () => "string",
        };
        schema.insert("type".to_owned(), json!(name));
    }
    let known = format!("Known values: {}.", known.join(", "));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) => format!("{}\n\n{known}", text.trim_end()),
        None => known,
    };
    schema.insert("description".to_owned(), json!(description));
}

fn unknown_fields(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties")
        || schema.get("additionalProperties") == Some(&json!(false))
    {
        schema.remove("additionalProperties");
    }
}

/// Replaces alternatives with any JSON: a response that breaks its spec could match the wrong one.
fn alternatives(place: &Pointer, schema: &mut Map<String, Value>, warnings: &mut Warnings) {
    for keyword in ALTERNATIVES {
        let Some(alternatives) = schema.remove(keyword) else {
            continue;
        };
        let place = place.join(keyword);
        if holds_a_secret(&alternatives) {
            let what = "are a secret string, because one of them is a secret";
            warnings.push(&place, what);
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("password"));
        } else if schema.contains_key("properties") {
            let what = "are left out: only the fields beside them are read";
            warnings.push(&place, what);
        } else {
            let what = "are any JSON; check which one was sent";
            warnings.push(&place, what);
        }
    }
}

/// Returns whether one of the alternatives is a secret, which can also be a component with a type of its own.
fn holds_a_secret(alternatives: &Value) -> bool {
    let Some(alternatives) = alternatives.as_array() else {
        return false;
    };
    alternatives.iter().any(|alternative| {
        let reference = alternative.get("$ref").and_then(Value::as_str);
        let component = reference.and_then(|reference| reference.rsplit('/').next());
        let part = alternative.get("allOf");
        alternative["format"] == "password"
            || component.is_some_and(|name| SECRET_COMPONENTS.contains(&name))
            || part.is_some_and(holds_a_secret)
    })
}
