//! Rules that relax the models of responses: a server does not always send what its spec promises.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::components;
use super::enums::{is_mixed, mixed};
use super::facts::{CONSTANT, EXTRA, UNION};
use super::forms::{Forms, without_one_way};
use super::references::reference;
use crate::document::keywords::{REQUIRED, SCHEMAS};
use crate::document::{Pointer, for_each_subschema, for_each_value, operations_mut};

/// Keywords whose inner schemas are changed.
const INNER: [&str; 4] = ["properties", "items", "additionalProperties", "allOf"];

/// Relaxes every model that is part of a response, and keeps its unknown fields. Requests stay strict.
pub(super) fn responses(root: &mut Value) {
    let forms = Forms::of(root);
    let constant_types = constant_types(root);
    inline_schemas(root);
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    for (name, schema) in schemas {
        let place = components::schema(name);
        let is_response = forms.responses.contains(&place);
        let is_request = forms.requests.contains(&place);
        if is_request && !is_response {
            without_one_way(schema, "readOnly");
            constants(schema, &constant_types);
        }
        if is_response && !is_request {
            without_one_way(schema, "writeOnly");
        }
        if is_response {
            relax(&place, schema, !is_request);
        } else {
            mixed_enums(&place, schema);
        }
        if let Some(schema) = schema.as_object_mut() {
            other_fields(schema, is_response);
            schema.remove(REQUIRED);
        }
    }
}

/// Relaxes the inline schemas of responses, such as an array of scalars, and the others.
fn inline_schemas(root: &mut Value) {
    for (key, operation) in operations_mut(root) {
        let place = key.place();
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            if let Some(schema) = response.pointer_mut("/content/application~1json/schema") {
                relax(&place, schema, true);
            }
        }
        if let Some(arguments) = operation.get_mut("parameters") {
            for_each_value(arguments, &mut |value| {
                if let Some(schema) = value.get_mut("schema") {
                    mixed_enums(&place, schema);
                }
            });
        }
    }
}

/// Makes enums with values of several types any JSON.
fn mixed_enums(place: &Pointer, schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if is_mixed(schema) {
        mixed(schema, false);
    }
    for_each_subschema(place, schema, &INNER, &mut |place, inner| {
        mixed_enums(place, inner);
    });
}

/// Returns the references to the enums with only one value.
fn constant_types(root: &Value) -> BTreeSet<String> {
    let schemas = root.pointer(SCHEMAS).and_then(Value::as_object);
    let schemas = schemas.into_iter().flatten();
    let constants = schemas.filter(|(_, schema)| {
        schema["enum"]
            .as_array()
            .is_some_and(|values| values.len() == 1)
    });
    constants
        .map(|(name, _)| components::schema(name).to_reference())
        .collect()
}

/// Requires the properties with only one value: they are always sent.
fn constants(schema: &mut Value, types: &BTreeSet<String>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let is_constant = |property: &Value| {
        let reference = reference(property);
        property.get(CONSTANT).is_some()
            || reference.is_some_and(|reference| types.contains(reference))
    };
    let constants = properties
        .into_iter()
        .flatten()
        .filter(|(_, property)| is_constant(property));
    let constants: Vec<Value> = constants.map(|(name, _)| json!(name)).collect();
    if constants.is_empty() {
        return;
    }
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        let constants = constants
            .into_iter()
            .filter(|name| !required.contains(name));
        let constants: Vec<Value> = constants.collect();
        required.extend(constants);
    }
}

fn relax(place: &Pointer, schema: &mut Value, is_only_read: bool) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    optional_fields(schema);
    if is_only_read {
        null_arrays(schema);
    }
    if is_mixed(schema) {
        mixed(schema, true);
    }
    if schema.get("additionalProperties") == Some(&json!(false)) {
        schema.remove("additionalProperties");
    }
    for_each_subschema(place, schema, &INNER, &mut |place, inner| {
        relax(place, inner, is_only_read);
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

/// Keeps the fields beyond the properties of a model: those of responses, and those that the spec allows in requests.
fn other_fields(schema: &mut Map<String, Value>, is_response: bool) {
    let allowed = schema.get("additionalProperties");
    let is_allowed = allowed.is_some_and(|allowed| *allowed != false);
    if !schema.contains_key("properties") {
        return;
    }
    schema.remove("additionalProperties");
    if (is_response || is_allowed) && !schema.contains_key(UNION) {
        schema.insert(EXTRA.to_owned(), json!(true));
    }
}
