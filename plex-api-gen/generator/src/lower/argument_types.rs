//! Rules on the types of arguments: flags and shared types.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::facts::FLAG;
use super::hoisted::{HoistedSchemas, is_hoisted};
use super::warnings::Warnings;
use crate::document::keywords::{SCHEMAS, SENT_AS_NUMBER};
use crate::document::{Pointer, components_alone, operations, operations_mut, resolve};

/// Applies the rules to every argument.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = components_alone(root);
    for (_, operation) in operations_mut(root) {
        let arguments = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for argument in arguments.into_iter().flatten() {
            flag(&document, argument);
        }
    }
    shared_types(root, warnings);
}

/// Turns an integer that is 0 or 1 by its enum into a boolean.
fn flag(document: &Value, argument: &mut Value) {
    let schema = resolve(document, single_part(&argument["schema"]));
    if schema.get(FLAG).is_some() {
        let is_nullable = [&argument["schema"], schema]
            .iter()
            .any(|schema| schema["nullable"] == true);
        argument["schema"] = json!({"type": "boolean"});
        if is_nullable {
            argument["schema"]["nullable"] = json!(true);
        }
        argument[SENT_AS_NUMBER] = json!(true);
    }
}

/// Returns the only part of an `allOf`, which stands for a reference with annotations beside it.
fn single_part(schema: &Value) -> &Value {
    match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) if schema.get("properties").is_none() => only,
        _ => schema,
    }
}

/// Gives an inline schema the name of its parameter, if every parameter of this name in the document has the same schema.
fn shared_types(root: &mut Value, warnings: &mut Warnings) {
    let mut kinds: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for (_, operation) in operations(root) {
        let arguments = operation.get("parameters").and_then(Value::as_array);
        for argument in arguments.into_iter().flatten() {
            let (name, schema) = (type_name(argument), named_schema(&argument["schema"]));
            kinds.entry(name).or_default().insert(schema.map(kind));
        }
    }
    let schemas = root.pointer(SCHEMAS).and_then(Value::as_object);
    let components = schemas.into_iter().flatten();
    let taken: BTreeSet<String> = components
        .map(|(name, _)| name.to_upper_camel_case())
        .collect();
    let is_shared = |name: &String| {
        !taken.contains(name) && kinds.get(name).is_some_and(|kinds| kinds.len() == 1)
    };
    let mut hoisted = HoistedSchemas::new(root);
    let mut references: BTreeMap<String, Value> = BTreeMap::new();
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("parameters");
        let arguments = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, argument) in arguments.into_iter().flatten().enumerate() {
            let name = type_name(argument);
            // A whole body has no name of its own.
            if argument["in"] == "body" || !is_shared(&name) {
                continue;
            }
            let place = place.index(index).join("schema");
            if let Some((place, schema)) = named_schema_mut(&mut argument["schema"], place) {
                let written = schema.take();
                let reference = references.entry(name.clone());
                *schema = reference
                    .or_insert_with(|| hoisted.add(&name, &place, of_all(written)))
                    .clone();
            }
        }
    }
    hoisted.add_to(root, &mut warnings.source_map);
}

fn type_name(argument: &Value) -> String {
    let name = argument["name"].as_str().unwrap_or_default();
    name.to_upper_camel_case()
}

/// Returns an inline schema that makes a Rust type with a name; it can be the items of an array.
fn named_schema(schema: &Value) -> Option<&Value> {
    let one = schema.get("items").unwrap_or(schema);
    let values = one.get("enum").and_then(Value::as_array);
    let is_enum = values.is_some_and(|values| values.iter().any(Value::is_string));
    (is_enum || is_hoisted(one)).then_some(one)
}

fn named_schema_mut(schema: &mut Value, place: Pointer) -> Option<(Pointer, &mut Value)> {
    named_schema(schema)?;
    if schema.get("items").is_some() {
        Some((place.join("items"), &mut schema["items"]))
    } else {
        Some((place, schema))
    }
}

/// Describes a schema: two that have the same description make the same type.
fn kind(schema: &Value) -> String {
    let mut schema = of_all(schema.clone());
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.sort_by_cached_key(ToString::to_string);
        values.dedup();
    }
    schema.to_string()
}

/// Removes what belongs to one argument, its description included.
fn of_all(mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("description");
        schema.remove("nullable");
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
            schema.retain(|key, _| key == "type" || key == "enum");
        }
    }
    schema
}
